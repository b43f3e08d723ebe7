/* SPDX-License-Identifier: MIT */
/* Has a running gateway do a command: one line out, the lines of the answer in. */
#include "cli/remote.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/loop.h"
#include "gateway/control.h"

#define BUFFER_FIRST 65536
/* timeout(1) and shells signal a process and its group: one request arrives twice. */
#define SAME_SIGNAL_US 200000

struct remote {
	int fd;
	const struct remote_user *user;
	struct loop *loop;
	struct loop_io *io;
	struct loop_signal *signals[2];
	struct loop_timer *silent;
	int64_t patience;  /* µs of silence that are borne; 0: any */
	int64_t signal_at; /* µs: the first signal; 0: none yet */
	char *buffer;
	size_t size, room;
	int result;
};

static void end(struct remote *remote, int result)
{
	remote->result = result;
	loop_stop(remote->loop);
}

/* Short lines; a gateway that does not read them is as good as gone. */
static int send_all(int fd, const char *text, size_t size)
{
	while (size > 0) {
		ssize_t sent = send(fd, text, size, MSG_NOSIGNAL);
		if (sent < 0 && errno != EINTR) {
			return -errno;
		}
		if (sent > 0) {
			text += sent;
			size -= (size_t)sent;
		}
	}
	return 0;
}

static void set_patience(struct remote *remote, int64_t patience)
{
	remote->patience = patience;
	if (patience > 0) {
		loop_timer_set(remote->silent, loop_clock() + patience);
	} else {
		loop_timer_clear(remote->silent);
	}
}

static void interrupted(void *data, int number)
{
	static const char cancel[] = CONTROL_CANCEL "\n";
	struct remote *remote = data;
	(void)number;
	if (remote->signal_at == 0) {
		remote->signal_at = loop_clock();
		set_patience(remote, REMOTE_CANCEL_PATIENCE);
		if (send_all(remote->fd, cancel, sizeof(cancel) - 1) != 0) {
			end(remote, -EINTR);
			return;
		}
		remote->user->cancelled(remote->user->data);
	} else if (loop_clock() - remote->signal_at >= SAME_SIGNAL_US) {
		end(remote, -EINTR);
	}
}

static bool make_room(struct remote *remote)
{
	if (remote->size < remote->room) {
		return true;
	}
	size_t room = remote->room == 0 ? BUFFER_FIRST : remote->room * 2;
	char *buffer = room <= REMOTE_LINE_MAX ? realloc(remote->buffer, room) : NULL;
	if (buffer == NULL) {
		return false;
	}
	remote->buffer = buffer;
	remote->room = room;
	return true;
}

/* Hands out whole lines, of which the first `known` bytes hold none; false after the last
   one that was wanted. */
static bool hand_out(struct remote *remote, size_t known)
{
	char *at = remote->buffer, *limit = remote->buffer + remote->size;
	char *end_of_line = memchr(at + known, '\n', remote->size - known);
	bool more = true;
	while (end_of_line != NULL && more) {
		*end_of_line = '\0';
		if (strcmp(at, CONTROL_STOPPING) == 0) {
			set_patience(remote, 0); /* it lives; what is on the wire takes its time */
		}
		more = remote->user->line(remote->user->data, at, (size_t)(end_of_line - at));
		at = end_of_line + 1;
		end_of_line = memchr(at, '\n', (size_t)(limit - at));
	}
	remote->size = (size_t)(limit - at);
	memmove(remote->buffer, at, remote->size);
	return more;
}

static void readable(void *data, int events)
{
	struct remote *remote = data;
	(void)events;
	if (!make_room(remote)) {
		end(remote, -ENOMEM);
		return;
	}
	ssize_t got = recv(remote->fd, remote->buffer + remote->size,
			remote->room - remote->size, MSG_DONTWAIT);
	if (got > 0) {
		size_t known = remote->size;
		set_patience(remote, remote->patience);
		remote->size += (size_t)got;
		if (!hand_out(remote, known)) {
			end(remote, 0);
		}
	} else if (got == 0) {
		end(remote, -EPIPE);
	} else if (errno != EAGAIN && errno != EINTR) {
		end(remote, -errno);
	}
}

/* It may have been this process that slept: what has come meanwhile counts. */
static void was_silent(void *data)
{
	struct remote *remote = data;
	struct pollfd look = { .fd = remote->fd, .events = POLLIN };
	if (poll(&look, 1, 0) == 1) {
		readable(remote, LOOP_READABLE);
	} else {
		end(remote, -ETIMEDOUT);
	}
}

static bool make_parts(struct remote *remote)
{
	remote->loop = loop_create();
	if (remote->loop == NULL) {
		return false;
	}
	remote->io = loop_io_create(remote->loop, remote->fd, readable, remote);
	remote->signals[0] = loop_signal_create(remote->loop, SIGINT, interrupted, remote);
	remote->signals[1] = loop_signal_create(remote->loop, SIGTERM, interrupted, remote);
	remote->silent = loop_timer_create(remote->loop, was_silent, remote);
	return remote->io != NULL && remote->signals[0] != NULL &&
		   remote->signals[1] != NULL && remote->silent != NULL &&
		   loop_io_watch(remote->io, LOOP_READABLE) == 0;
}

static void finish(struct remote *remote)
{
	if (remote->loop != NULL) {
		loop_io_destroy(remote->io);
		loop_signal_destroy(remote->signals[0]);
		loop_signal_destroy(remote->signals[1]);
		loop_timer_destroy(remote->silent);
		loop_destroy(remote->loop);
	}
	free(remote->buffer);
	close(remote->fd);
}

int remote_run(int fd, const char *line, const struct remote_user *user)
{
	struct remote remote = { .fd = fd, .user = user, .result = -ENOMEM };
	if (make_parts(&remote)) {
		set_patience(&remote, user->patience);
		remote.result = send_all(fd, line, strlen(line));
		if (remote.result == 0) {
			remote.result = send_all(fd, "\n", 1);
		}
		if (remote.result == 0) {
			loop_run(remote.loop);
		}
	}
	finish(&remote);
	return remote.result;
}
