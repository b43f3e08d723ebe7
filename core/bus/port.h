/* SPDX-License-Identifier: MIT */
/*
 * The transport of one bus on the loop: opens it, carries bytes, sees hang-ups, and opens
 * it again, later and later. Loop thread only.
 */
#ifndef BUS_PORT_H
#define BUS_PORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <metergate/mbus.h>
#include <metergate/plugin.h>

#include "base/host.h"
#include "base/loop.h"
#include "bus/bus.h"
#include "bus/opener.h"

/* Bytes that are thrown away after opening at most, before the line is used as it is. */
#define PORT_FLUSH_MAX 4096
/* For how long (µs) a stop waits for a transport that is opening or closing. */
#define PORT_STOP_GRACE 2000000

enum port_state {
	PORT_CLOSED,
	PORT_OPENING,    /* open() runs on an opener thread */
	PORT_CONNECTING, /* its connect goes on */
	PORT_OPEN,
	PORT_CLOSING, /* close() runs on an opener thread */
};

/* What happens at a port. From inside port functions these are called: `down` where the
   port can be lost (port_lost(), port_set_baud(), and all of port_io.h but
   port_io_unsent() and port_io_await()), and `received` by port_io_look(). Everything
   else comes from the loop. */
struct port_user {
	void *data;
	void (*opened)(void *data);
	void (*received)(void *data, const uint8_t *bytes, size_t size, uint32_t rx_flags);
	/* The rest of what port_io_send() could not hand over at once is gone. */
	void (*sent)(void *data);
	/* It could not be opened, or was lost; port->reason and port->error say why. */
	void (*down)(void *data);
	/* port_stop() is through; the port may be finished from inside. */
	void (*stopped)(void *data);
};

struct port {
	struct loop *loop;
	struct opener *opener;
	struct mg_host *host;
	const struct mg_transport *transport;
	void *instance;
	const struct bus_settings *settings;
	struct bus_counters *counters;
	struct port_user user;

	enum port_state state;
	struct opener_task *task; /* while OPENING or CLOSING */
	struct loop_timer *timer;
	struct loop_wake *retry_now; /* by which the plugin ends a pause */
	struct loop_io *io;          /* while CONNECTING or OPEN */
	int fd;
	struct mg_line line; /* as it is set at present */
	bool listening;
	size_t mark; /* bytes that the system waits for before it wakes us; 0: it cannot */
	bool powered;
	bool rejected; /* open() said that the configuration is wrong: no further tries */
	bool stopping;
	bool hurried;     /* the next pause is left out */
	int64_t pause;    /* after the next failure, ms */
	int64_t retry_at; /* while CLOSED; LOOP_NEVER when nobody wants it open */
	int64_t since;    /* of the state */

	uint8_t out[MG_FRAME_MAX];
	size_t out_size, out_done;

	char reason[HOST_REASON_SIZE]; /* of the last failure */
	int error;                     /* errno of it, or 0 */
};

/* Everything is borrowed. False when memory is short. */
bool port_init(struct port *port, struct loop *loop, struct opener *opener,
		struct mg_host *host, const struct mg_transport *transport, void *instance,
		const struct bus_settings *settings, struct bus_counters *counters,
		const struct port_user *user);
/* After a stop, or before the first open. */
void port_finish(struct port *port);

/* Begins to open a closed port, also before the pause after a failure is over; on its way
   to be closed it is opened right behind. */
void port_open(struct port *port);
/* Sets the line to another speed; nothing may be on it. A transport that cannot, stays as
   it is. False when that lost the port. */
bool port_set_baud(struct port *port, uint32_t baud);
/* The port is as good as unplugged: closes it and opens it again later. */
void port_lost(struct port *port, int error, const char *reason);
/* Closes the port for good, then calls user->stopped. What hangs in open() is awaited for
   PORT_STOP_GRACE, or not `at_once`; an open port is closed properly in any case. */
void port_stop(struct port *port, bool at_once);

/* True while a thread is inside the plugin that nobody waits for any more. */
bool port_hangs(const struct port *port);
void port_state_text(const struct port *port, char *text, size_t size);

#endif
