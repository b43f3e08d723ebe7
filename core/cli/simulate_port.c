/* SPDX-License-Identifier: MIT */
/* Makes an instance of the simulator and pumps its descriptor to a door. */
#include "cli/simulate_port.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/host.h"
#include "cli/cli.h"
#include "gateway/option.h"

#define CHUNK 1024

struct simulate_port {
	const struct mg_transport *transport;
	struct simulate_door *door;
	struct mg_host *host;
	void *instance;
	struct option_memory memory;
	int fd; /* of the open instance, or -1 */
	struct mg_line line;
	struct loop_io *io;
};

/* As the client of a pseudo-terminal has set it. */
static void follow_line(struct simulate_port *port)
{
	struct simulate_line line;
	struct mg_line *now = &port->line;
	if (port->transport->set_line == NULL || !simulate_door_line(port->door, &line) ||
			(line.baud == now->baud && line.parity == now->parity &&
					line.stop_bits == now->stop_bits)) {
		return;
	}
	now->baud = line.baud;
	now->parity = line.parity;
	now->stop_bits = line.stop_bits;
	port->transport->set_line(port->instance, port->fd, now);
}

/* From the client to the meters. */
static void on_received(void *data, const uint8_t *bytes, size_t size)
{
	struct simulate_port *port = data;
	if (port->fd >= 0) {
		follow_line(port);
		/* what does not fit is lost, as on a wire */
		(void)!send(port->fd, bytes, size, MSG_NOSIGNAL | MSG_DONTWAIT);
	}
}

static long fetch(struct simulate_port *port, uint8_t *bytes, size_t size)
{
	uint32_t flags = 0; /* neither TCP nor a pseudo-terminal can carry them */
	if (port->transport->read != NULL) {
		return port->transport->read(port->instance, port->fd, bytes, size, &flags);
	}
	return read(port->fd, bytes, size);
}

static void on_answer(void *data, int events)
{
	struct simulate_port *port = data;
	uint8_t bytes[CHUNK];
	(void)events;
	long count = fetch(port, bytes, sizeof(bytes));
	if (count > 0) {
		simulate_door_send(port->door, bytes, (size_t)count);
	} else if (count == 0) {
		loop_io_watch(port->io, 0);
	}
}

void simulate_port_destroy(struct simulate_port *port)
{
	if (port == NULL) {
		return;
	}
	loop_io_destroy(port->io);
	if (port->fd >= 0) {
		port->transport->close(port->instance, port->fd);
	}
	simulate_door_destroy(port->door);
	host_destroy(port->host);
	option_memory_finish(&port->memory);
	free(port->instance);
	free(port);
}

const char *simulate_port_url(const struct simulate_port *port)
{
	return simulate_door_url(port->door);
}

static struct simulate_port *port_create(const struct simulate_settings *settings)
{
	struct simulate_port *port = calloc(1, sizeof(*port));
	if (port == NULL) {
		return NULL;
	}
	option_memory_init(&port->memory);
	port->transport = settings->plugin->description->transport;
	port->fd = -1;
	port->instance = calloc(1, port->transport->instance_size);
	if (port->instance == NULL) {
		simulate_port_destroy(port);
		return NULL;
	}
	return port;
}

static int apply_option(struct simulate_port *port, const struct simulate_option *given,
		char why[SIMULATE_WHY_SIZE])
{
	char cause[OPTION_WHY_SIZE];
	size_t where;
	const struct mg_option *option = option_find(&port->transport->options, given->name);
	if (option == NULL) {
		snprintf(why, SIMULATE_WHY_SIZE, "this simulator has no option %s", given->name);
		return -EINVAL;
	}
	if (!option_apply(option, given->value, port->instance, &port->memory, cause,
				sizeof(cause), &where)) {
		snprintf(why, SIMULATE_WHY_SIZE, "%s: %s", given->name, cause);
		return -EINVAL;
	}
	return 0;
}

static int apply_options(struct simulate_port *port,
		const struct simulate_settings *settings, char why[SIMULATE_WHY_SIZE])
{
	int error = 0;
	if (!option_defaults(&port->transport->options, port->instance, &port->memory, why,
				SIMULATE_WHY_SIZE)) {
		return -ENOMEM;
	}
	for (size_t i = 0; i < settings->option_count && error == 0; i++) {
		error = apply_option(port, &settings->options[i], why);
	}
	return error;
}

/* EINVAL is an option's fault; others are of the files that options name, or deeper. */
static int take_reason(struct simulate_port *port, char why[SIMULATE_WHY_SIZE])
{
	struct host_reason reason;
	host_take_reason(port->host, &reason);
	bool cause = reason.error != 0 && reason.error != EINVAL;
	snprintf(why, SIMULATE_WHY_SIZE, "%s%s%s", reason.text, cause ? ": " : "",
			cause ? strerror(reason.error) : "");
	return reason.error == EINVAL || reason.error == EACCES ? -reason.error : -EIO;
}

static int open_instance(struct simulate_port *port,
		const struct simulate_settings *settings, char why[SIMULATE_WHY_SIZE])
{
	struct mg_instance base = { port->host, host_services() };
	struct mg_link link = { .size = sizeof(link), .fd = -1 };
	port->line = (struct mg_line){ .size = sizeof(port->line),
		.baud = settings->baud,
		.data_bits = 8,
		.parity = 'E',
		.stop_bits = 1 };
	simulate_door_set_baud(port->door, settings->baud);
	memcpy(port->instance, &base, sizeof(base));
	host_clear_reason(port->host);
	if (port->transport->open(port->instance, &link) != MG_OK) {
		return take_reason(port, why);
	}
	port->fd = link.fd;
	if (port->transport->set_line != NULL &&
			port->transport->set_line(port->instance, port->fd, &port->line) != MG_OK) {
		return take_reason(port, why);
	}
	return 0;
}

/* Behind the door that is open, puts the meters. */
static int start(struct simulate_port *port, const struct simulate_settings *settings,
		char why[SIMULATE_WHY_SIZE])
{
	port->host = host_create(
			"simulator", simulate_door_url(port->door), settings->log, "metergate", "");
	if (port->host == NULL) {
		snprintf(why, SIMULATE_WHY_SIZE, "out of memory");
		return -ENOMEM;
	}
	int error = apply_options(port, settings, why);
	if (error == 0) {
		error = open_instance(port, settings, why);
	}
	if (error != 0) {
		return error;
	}
	port->io = loop_io_create(settings->loop, port->fd, on_answer, port);
	error = port->io != NULL ? loop_io_watch(port->io, LOOP_READABLE) : -ENOMEM;
	if (error != 0) {
		snprintf(why, SIMULATE_WHY_SIZE, "%s", strerror(-error));
	}
	return error;
}

static const char *door_trouble(int error)
{
	switch (error) {
	case -EADDRINUSE:
		return "another program listens there; take another port, or 0 for any";
	case -EACCES:
		return "this user may not; ports below 1024 are for root";
	case -EADDRNOTAVAIL:
		return "--listen wants an address of this machine, such as 127.0.0.1";
	case -EEXIST:
		return "something else is there, no link to a pseudo-terminal; remove it or take "
			   "another name";
	case -EBUSY:
		return "it leads to a pseudo-terminal that is in use; stop that program, remove "
			   "the link, or take another name";
	default:
		return strerror(-error);
	}
}

int simulate_port_code(int error)
{
	switch (error) {
	case -EINVAL:
		return CLI_USAGE;
	case -EADDRINUSE:
	case -EEXIST:
	case -EBUSY:
		return CLI_BUSY;
	case -EACCES:
	case -EPERM:
		return CLI_PERMISSION;
	case -EIO:
		return CLI_OTHER;
	default:
		return CLI_PORT;
	}
}

/* With the door open, the rest; without, why. */
static struct simulate_port *finish(struct simulate_port *port,
		const struct simulate_settings *settings, const char *what, int *error,
		char why[SIMULATE_WHY_SIZE])
{
	if (port->door == NULL) {
		snprintf(why, SIMULATE_WHY_SIZE, "%.200s: %s", what, door_trouble(*error));
	} else {
		*error = start(port, settings, why);
	}
	if (*error != 0) {
		simulate_port_destroy(port);
		return NULL;
	}
	return port;
}

struct simulate_port *simulate_port_tcp(const struct simulate_settings *settings,
		const char *address, uint16_t number, int *error, char why[SIMULATE_WHY_SIZE])
{
	char what[96];
	struct simulate_port *port = port_create(settings);
	if (port == NULL) {
		*error = -ENOMEM;
		snprintf(why, SIMULATE_WHY_SIZE, "out of memory");
		return NULL;
	}
	struct simulate_user user = { on_received, port };
	port->door = simulate_door_tcp(settings->loop, address, number, &user, error);
	snprintf(what, sizeof(what), "%.64s port %u", address, number);
	return finish(port, settings, what, error, why);
}

struct simulate_port *simulate_port_pty(const struct simulate_settings *settings,
		const char *link, int *error, char why[SIMULATE_WHY_SIZE])
{
	struct simulate_port *port = port_create(settings);
	if (port == NULL) {
		*error = -ENOMEM;
		snprintf(why, SIMULATE_WHY_SIZE, "out of memory");
		return NULL;
	}
	struct simulate_user user = { on_received, port };
	port->door = simulate_door_pty(settings->loop, link, &user, error);
	return finish(port, settings, link, error, why);
}
