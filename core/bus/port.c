/* SPDX-License-Identifier: MIT */
/* The life of one transport on the loop: open, connect, lost, close, open again. */
#include "bus/port.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "bus/duration.h"
#include "bus/port_io.h"

#define MILLISECOND 1000
#define PAUSE_LEAST 10 /* ms: a retry that fails at once must not fill the loop */

static void opened(void *data, const struct opener_outcome *outcome);
static void closed(void *data, const struct opener_outcome *outcome);

static void enter(struct port *port, enum port_state state)
{
	port->state = state;
	port->since = loop_clock();
}

static void say_why(struct port *port, int error, const char *reason)
{
	port->error = error;
	if (reason != port->reason) {
		snprintf(port->reason, sizeof(port->reason), "%s", reason);
	}
}

/* What the plugin said, or `otherwise`. */
static void take_reason(
		struct port *port, const struct host_reason *reason, const char *otherwise)
{
	say_why(port, reason->error, reason->text[0] != '\0' ? reason->text : otherwise);
}

static void end_stop(struct port *port)
{
	port->stopping = false;
	port->retry_at = LOOP_NEVER;
	loop_timer_clear(port->timer);
	port->user.stopped(port->user.data);
}

/* Waits before the next try, longer each time; a plugin may know better how long. */
static void plan_retry(struct port *port, int retry_ms)
{
	int64_t pause = retry_ms >= 0 ? retry_ms : port->pause;
	pause = pause > PAUSE_LEAST && !port->hurried ? pause : PAUSE_LEAST;
	port->hurried = false;
	port->retry_at = port->rejected ? LOOP_NEVER : loop_clock() + pause * MILLISECOND;
	port->pause *= 2;
	if (port->pause > port->settings->reconnect_max) {
		port->pause = port->settings->reconnect_max;
	}
	loop_timer_set(port->timer, port->retry_at);
}

/* It could not even be opened, or is closed again. */
static void stay_closed(struct port *port, int retry_ms)
{
	enter(port, PORT_CLOSED);
	if (port->stopping) {
		end_stop(port);
		return;
	}
	plan_retry(port, retry_ms);
}

/* open() gave nothing, or could not even be called. */
static void fail_to_open(struct port *port, int retry_ms)
{
	bool stopping = port->stopping;
	port->counters->open_failures++;
	stay_closed(port, retry_ms);
	if (!stopping) {
		port->user.down(port->user.data);
	}
}

static void power_off(struct port *port)
{
	if (port->powered) {
		port->transport->power(port->instance, port->fd, 0);
		port->powered = false;
	}
}

static void shut(struct port *port)
{
	power_off(port);
	loop_io_destroy(port->io);
	port->io = NULL;
	int fd = port->fd;
	port->fd = -1;
	port->out_size = 0;
	port->out_done = 0;
	enter(port, PORT_CLOSING);
	port->task = opener_close(port->opener, port->host, port->transport, port->instance,
			fd, port->settings->open_timeout, closed, port);
	if (port->task == NULL) {
		enter(port, PORT_CLOSED);
		plan_retry(port, port->stopping ? 0 : -1);
	}
}

static void closed(void *data, const struct opener_outcome *outcome)
{
	struct port *port = data;
	port->task = NULL;
	if (outcome->result != MG_OK) {
		take_reason(port, &outcome->reason, "cannot be closed");
	}
	stay_closed(port, -1);
}

void port_lost(struct port *port, int error, const char *reason)
{
	if (port->state != PORT_OPEN && port->state != PORT_CONNECTING) {
		return;
	}
	say_why(port, error, reason);
	shut(port);
	port->user.down(port->user.data);
}

/* open() gave a descriptor, but not one that can be used; the reason is said. */
static void refuse_opened(struct port *port)
{
	port->counters->open_failures++;
	shut(port);
	port->user.down(port->user.data);
}

static void give_up_connect(struct port *port, int error)
{
	char reason[HOST_REASON_SIZE];
	snprintf(reason, sizeof(reason), "cannot connect: %s%s", strerror(error),
			error == ECONNREFUSED ? "; is the converter on, and is the port right?"
								  : "; check address, cable and network");
	say_why(port, error, reason);
	refuse_opened(port);
}

static bool set_line(struct port *port)
{
	const struct mg_transport *transport = port->transport;
	struct host_reason reason;
	host_clear_reason(port->host);
	if (transport->set_line == NULL ||
			transport->set_line(port->instance, port->fd, &port->line) == MG_OK) {
		return true;
	}
	host_take_reason(port->host, &reason);
	take_reason(port, &reason, "the line cannot be set");
	return false;
}

static void power_on(struct port *port)
{
	if (port->transport->power != NULL) {
		port->powered = port->transport->power(port->instance, port->fd, 1) == MG_OK;
	}
}

bool port_set_baud(struct port *port, uint32_t baud)
{
	if (port->line.baud == baud || port->state != PORT_OPEN) {
		return port->state == PORT_OPEN;
	}
	port->line.baud = baud;
	if (set_line(port)) {
		return true;
	}
	port_lost(port, port->error, port->reason);
	return false;
}

/* It is open: nothing that came before counts. */
static void be_open(struct port *port)
{
	port->line = port->settings->line;
	if (!set_line(port)) {
		refuse_opened(port);
		return;
	}
	power_on(port);
	port->counters->opens++;
	port->listening = true;
	port_io_find_mark(port);
	port->hurried = false;
	enter(port, PORT_OPEN);
	loop_timer_clear(port->timer);
	port_io_flush(port);
	if (port->state == PORT_OPEN && port_io_watch(port)) {
		port->user.opened(port->user.data);
	}
}

static void connected(struct port *port)
{
	int error = 0;
	socklen_t size = sizeof(error);
	if (getsockopt(port->fd, SOL_SOCKET, SO_ERROR, &error, &size) != 0) {
		error = errno == ENOTSOCK ? 0 : errno;
	}
	if (error != 0) {
		give_up_connect(port, error);
		return;
	}
	be_open(port);
}

static void on_io(void *data, int events)
{
	struct port *port = data;
	if (port->state == PORT_CONNECTING) {
		connected(port);
		return;
	}
	if (events & LOOP_WRITABLE) {
		port_io_write(port);
	}
	if (port->state == PORT_OPEN && (events & LOOP_READABLE)) {
		port_io_read(port);
	}
}

static void use(struct port *port, const struct mg_link *link)
{
	port->fd = link->fd;
	port->io = loop_io_create(port->loop, link->fd, on_io, port);
	if (port->io == NULL ||
			(link->connecting && loop_io_watch(port->io, LOOP_WRITABLE) != 0)) {
		say_why(port, 0,
				link->fd < 0 ? "open() of the transport gave no descriptor"
							 : "the descriptor of the transport cannot be watched; "
							   "it has to be a socket, a pipe or a terminal");
		refuse_opened(port);
		return;
	}
	if (!link->connecting) {
		be_open(port);
		return;
	}
	enter(port, PORT_CONNECTING);
	loop_timer_set(
			port->timer, port->since + port->settings->connect_timeout * MILLISECOND);
}

static void opened(void *data, const struct opener_outcome *outcome)
{
	struct port *port = data;
	port->task = NULL;
	if (outcome->result == MG_OK) {
		if (port->stopping) {
			port->fd = outcome->link.fd;
			shut(port);
			return;
		}
		use(port, &outcome->link);
		return;
	}
	take_reason(
			port, &outcome->reason, "cannot be opened, and the transport gave no reason");
	port->rejected = outcome->result == MG_REJECT;
	fail_to_open(port, outcome->reason.retry_ms);
}

/* One instance is never entered twice at a time, so a thread that hangs in it comes
   first. */
static void begin(struct port *port)
{
	if (port_hangs(port)) {
		fail_to_open(port, -1);
		return;
	}
	enter(port, PORT_OPENING);
	loop_timer_clear(port->timer);
	port->task = opener_open(port->opener, port->host, port->transport, port->instance,
			port->settings->open_timeout, opened, port);
	if (port->task == NULL) {
		say_why(port, EAGAIN, "too many transports hang, or memory is short");
		fail_to_open(port, -1);
	}
}

void port_open(struct port *port)
{
	if (port->rejected || port->stopping) {
		return;
	}
	if (port->state == PORT_CLOSED) {
		/* Who asks now shall not make others wait longer. */
		port->pause = port->settings->reconnect_min;
		port->retry_at = loop_clock();
		loop_timer_set(port->timer, port->retry_at);
	} else {
		port->hurried = port->state == PORT_OPENING || port->state == PORT_CLOSING;
	}
}

/* It may come before the loop knows that there is something to be tried again. */
static void on_retry_now(void *data)
{
	struct port *port = data;
	if (port->state != PORT_CLOSED || port->retry_at != LOOP_NEVER) {
		port_open(port);
	}
}

static void send_retry_now(void *data)
{
	loop_wake_send(data);
}

/* A plugin that does not come back is left alone; port_hangs() says so from now on. */
static void stop_waiting(struct port *port)
{
	if (port->task != NULL) {
		opener_forget(port->task);
		port->task = NULL;
		say_why(port, ETIMEDOUT,
				port->state == PORT_OPENING ? "open() of the transport does not return"
											: "close() of the transport does not return");
	}
	enter(port, PORT_CLOSED);
	end_stop(port);
}

void port_stop(struct port *port, bool at_once)
{
	bool open = port->state == PORT_OPEN || port->state == PORT_CONNECTING;
	bool waits = port->state != PORT_CLOSED && !at_once;
	port->stopping = true;
	host_cancel(port->host);
	/* Even at once: the port shall be free when the process ends. */
	loop_timer_set(port->timer, loop_clock() + (open || waits ? PORT_STOP_GRACE : 0));
	if (open) {
		shut(port);
	}
}

static void on_timer(void *data)
{
	struct port *port = data;
	if (port->stopping) {
		stop_waiting(port);
	} else if (port->state == PORT_CONNECTING) {
		give_up_connect(port, ETIMEDOUT);
	} else if (port->state == PORT_CLOSED) {
		begin(port);
	}
}

bool port_init(struct port *port, struct loop *loop, struct opener *opener,
		struct mg_host *host, const struct mg_transport *transport, void *instance,
		const struct bus_settings *settings, struct bus_counters *counters,
		const struct port_user *user)
{
	*port = (struct port){ .loop = loop,
		.opener = opener,
		.host = host,
		.transport = transport,
		.instance = instance,
		.settings = settings,
		.counters = counters,
		.user = *user,
		.fd = -1,
		.pause = settings->reconnect_min,
		.retry_at = LOOP_NEVER,
		.since = loop_clock() };
	port->timer = loop_timer_create(loop, on_timer, port);
	port->retry_now = loop_wake_create(loop, on_retry_now, port);
	if (port->timer == NULL || port->retry_now == NULL) {
		return false;
	}
	host_set_retry_now(host, send_retry_now, port->retry_now);
	return true;
}

void port_finish(struct port *port)
{
	if (port->task != NULL) {
		opener_forget(port->task);
		port->task = NULL;
	}
	if (port->retry_now != NULL) {
		host_set_retry_now(port->host, NULL, NULL);
	}
	loop_wake_destroy(port->retry_now);
	port->retry_now = NULL;
	loop_io_destroy(port->io);
	port->io = NULL;
	loop_timer_destroy(port->timer);
	port->timer = NULL;
}

bool port_hangs(const struct port *port)
{
	return port->task == NULL && opener_inside(port->opener, port->instance);
}

static void text_closed(const struct port *port, char *text, size_t size)
{
	char wait[DURATION_SIZE];
	if (port_hangs(port)) {
		snprintf(text, size, "hangs: %s", port->reason);
	} else if (port->rejected) {
		snprintf(text, size, "closed, the configuration is wrong: %s", port->reason);
	} else if (port->retry_at == LOOP_NEVER) {
		snprintf(text, size, "closed");
	} else if (port->reason[0] == '\0') {
		snprintf(text, size, "about to open");
	} else {
		duration_text(port->retry_at - loop_clock(), wait);
		snprintf(text, size, "closed, next try in %s: %s", wait, port->reason);
	}
}

void port_state_text(const struct port *port, char *text, size_t size)
{
	static const char *const names[] = {
		[PORT_OPENING] = "opening",
		[PORT_CONNECTING] = "connecting",
		[PORT_CLOSING] = "closing",
	};
	char wait[DURATION_SIZE];
	if (port->state == PORT_CLOSED) {
		text_closed(port, text, size);
	} else if (port->state == PORT_OPEN) {
		snprintf(text, size, "open");
	} else {
		snprintf(text, size, "%s for %s", names[port->state],
				duration_text(loop_clock() - port->since, wait));
	}
}
