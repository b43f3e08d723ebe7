/* SPDX-License-Identifier: MIT */
/* The control socket of a running gateway: who connects to it. */
#include "gateway/control.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "gateway/control_client.h"
#include "gateway/control_socket.h"

#define TICK_US 1000000 /* between two looks at what no event tells */
#define WHY_SIZE 512

struct control {
	struct loop *loop;
	struct log *log;
	char *path;
	struct control_socket socket;
	struct loop_io *io;
	struct loop_timer *work, *tick;
	struct control_hub hub;
	struct control_counters counters;
	bool paused; /* descriptors were short: nobody is accepted until the next tick */
	size_t count;
	struct control_client *clients[CONTROL_CLIENTS_MAX];
};

static void wake(void *data)
{
	struct control *control = data;
	loop_timer_set(control->work, loop_clock());
}

static void set_tick(struct control *control)
{
	bool needed = control->paused;
	for (size_t i = 0; i < control->count; i++) {
		needed = needed || control_client_is_deaf(control->clients[i]);
	}
	if (needed) {
		loop_timer_set(control->tick, loop_clock() + TICK_US);
	}
}

static void work(void *data)
{
	struct control *control = data;
	size_t kept = 0;
	for (size_t i = 0; i < control->count; i++) {
		if (control_client_work(control->clients[i])) {
			control->clients[kept++] = control->clients[i];
		} else {
			control_client_destroy(control->clients[i]);
		}
	}
	control->count = kept;
	set_tick(control);
}

static void ticked(void *data)
{
	struct control *control = data;
	for (size_t i = 0; i < control->count; i++) {
		if (control_client_is_deaf(control->clients[i])) {
			control_client_look(control->clients[i]);
		}
	}
	if (control->paused && control->io != NULL) {
		control->paused = loop_io_watch(control->io, LOOP_READABLE) != 0;
	}
	set_tick(control);
}

/* In words, as an answer that any client understands. */
static void refuse(struct control *control, int fd)
{
	char text[160];
	int length = snprintf(text, sizeof(text),
			"{\"error\":\"%d connections are open already; try again when one of them "
			"has ended\",\"code\":%d}\n",
			CONTROL_CLIENTS_MAX, COMMAND_BUSY);
	control->counters.refused++;
	if (send(fd, text, (size_t)length, MSG_NOSIGNAL) < 0) {
		log_write(control->log, MG_LOG_DEBUG, "control", "a refused client had gone: %s",
				strerror(errno));
	}
	close(fd);
}

static void take(struct control *control, int fd)
{
	if (control->count == CONTROL_CLIENTS_MAX) {
		refuse(control, fd);
		return;
	}
	struct control_client *client = control_client_create(&control->hub, fd);
	if (client != NULL) {
		control->clients[control->count++] = client;
	}
}

/* Without a descriptor the connection stays waiting, and would wake the loop for ever. */
static void pause_accepting(struct control *control, int error)
{
	log_write(control->log, MG_LOG_WARNING, "control",
			"nobody can be accepted for a second: %s", strerror(error));
	control->paused = true;
	loop_io_watch(control->io, 0);
	set_tick(control);
}

static void knocked(void *data, int events)
{
	struct control *control = data;
	(void)events;
	int fd = accept4(control->socket.fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
	if (fd >= 0) {
		take(control, fd);
	} else if (errno == EMFILE || errno == ENFILE || errno == ENOMEM ||
			   errno == ENOBUFS) {
		pause_accepting(control, errno);
	}
}

static bool make_parts(struct control *control, const char *path)
{
	control->path = strdup(path);
	control->work = loop_timer_create(control->loop, work, control);
	control->tick = loop_timer_create(control->loop, ticked, control);
	return control->path != NULL && control->work != NULL && control->tick != NULL;
}

static bool listen_on(struct control *control, char *why, size_t size)
{
	if (control_socket_init(&control->socket, control->path, why, size) != 0) {
		return false;
	}
	snprintf(why, size, "out of memory");
	control->io = loop_io_create(control->loop, control->socket.fd, knocked, control);
	return control->io != NULL && loop_io_watch(control->io, LOOP_READABLE) == 0;
}

struct control *control_create(struct loop *loop, struct log *log, const char *path,
		const struct command_world *world)
{
	char why[WHY_SIZE] = "out of memory";
	struct control *control = calloc(1, sizeof(*control));
	if (control != NULL) {
		control->loop = loop;
		control->log = log;
		control->socket.fd = -1;
		control->hub = (struct control_hub){
			.loop = loop,
			.world = world,
			.counters = &control->counters,
			.wake = wake,
			.data = control,
		};
	}
	if (control == NULL || !make_parts(control, path) ||
			!listen_on(control, why, sizeof(why))) {
		log_write(log, MG_LOG_WARNING, NULL,
				"no control socket at %s: %s. Commands such as `metergate status` "
				"cannot reach this gateway; set control in [gateway] to a path that it "
				"may make",
				path, why);
		control_destroy(control);
		return NULL;
	}
	return control;
}

static void stop_listening(struct control *control)
{
	loop_io_destroy(control->io);
	control->io = NULL;
	if (control->path != NULL) {
		control_socket_finish(&control->socket, control->path);
	}
}

void control_stop(struct control *control)
{
	stop_listening(control);
	for (size_t i = 0; i < control->count; i++) {
		control_client_stop(control->clients[i]);
	}
}

void control_destroy(struct control *control)
{
	if (control == NULL) {
		return;
	}
	stop_listening(control);
	for (size_t i = 0; i < control->count; i++) {
		control_client_destroy(control->clients[i]);
	}
	loop_timer_destroy(control->work);
	loop_timer_destroy(control->tick);
	free(control->path);
	free(control);
}

const struct control_counters *control_counters(const struct control *control)
{
	return &control->counters;
}
