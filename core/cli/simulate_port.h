/* SPDX-License-Identifier: MIT */
/* One simulated bus of "metergate simulate": an instance of the plugin behind a door. */
#ifndef CLI_SIMULATE_PORT_H
#define CLI_SIMULATE_PORT_H

#include <stddef.h>
#include <stdint.h>

#include "base/log.h"
#include "base/loop.h"
#include "cli/simulate_door.h"
#include "gateway/plugin.h"

#define SIMULATE_WHY_SIZE 512

/* An option of the plugin, as text. */
struct simulate_option {
	const char *name, *value;
};

/* What all buses of one call have in common. Borrowed. */
struct simulate_settings {
	struct loop *loop;
	struct log *log;
	const struct plugin *plugin; /* "simulator" */
	const struct simulate_option *options;
	size_t option_count;
	uint32_t baud;
};

struct simulate_port;

/*
 * Starts the meters of a bus; its name, which is in the log of the simulator, is that of
 * the door. NULL after `why` said what is wrong, with *error a negative errno value.
 */
struct simulate_port *simulate_port_tcp(const struct simulate_settings *settings,
		const char *address, uint16_t port, int *error, char why[SIMULATE_WHY_SIZE]);
struct simulate_port *simulate_port_pty(const struct simulate_settings *settings,
		const char *link, int *error, char why[SIMULATE_WHY_SIZE]);
/* The exit code for *error. */
int simulate_port_code(int error);
/* NULL is accepted. */
void simulate_port_destroy(struct simulate_port *port);

/* As simulate_door_url(). */
const char *simulate_port_url(const struct simulate_port *port);

#endif
