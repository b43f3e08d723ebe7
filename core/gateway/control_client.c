/* SPDX-License-Identifier: MIT */
/* One connection to the control socket: lines in, commands, answers out. */
#include "gateway/control_client.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define OUTPUT_FIRST 4096
#define OUTPUT_KEPT 65536 /* of an empty buffer; larger ones are freed */

struct control_client {
	const struct control_hub *hub;
	int fd;
	struct loop_io *io;
	struct command *command; /* that runs, or NULL */
	bool over;               /* it has ended, and waits for being destroyed */
	bool ended;              /* nothing more comes in */
	bool dead;               /* it has hung up, or was cut off */
	bool skipping;           /* the rest of a line that was too long */
	size_t in_size;
	char in[COMMAND_LINE_MAX + 2];
	char *out;
	size_t out_at, out_size, out_room; /* sent so far; with what waits; allocated */
};

static void wake(const struct control_client *client)
{
	client->hub->wake(client->hub->data);
}

static void die(struct control_client *client)
{
	client->dead = true;
	wake(client);
}

static size_t waiting(const struct control_client *client)
{
	return client->out_size - client->out_at;
}

/* Room for `more` bytes behind what waits. */
static bool make_room(struct control_client *client, size_t more)
{
	if (client->out_at > 0) {
		memmove(client->out, client->out + client->out_at, waiting(client));
		client->out_size -= client->out_at;
		client->out_at = 0;
	}
	size_t room = client->out_room > 0 ? client->out_room : OUTPUT_FIRST;
	while (room < client->out_size + more) {
		room *= 2;
	}
	char *out = room > client->out_room ? realloc(client->out, room) : client->out;
	if (out == NULL) {
		return false;
	}
	client->out = out;
	client->out_room = room;
	return true;
}

static void watch(struct control_client *client)
{
	bool reads = !client->ended && client->in_size < sizeof(client->in);
	int events = (reads ? LOOP_READABLE : 0) | (waiting(client) > 0 ? LOOP_WRITABLE : 0);
	if (loop_io_watch(client->io, events) != 0) {
		die(client);
	}
}

/* A client that does not take its answers is cut off: it gets no part of a line. */
static void put_line(struct control_client *client, const char *line, size_t size)
{
	if (client->dead) {
		return;
	}
	bool fits = waiting(client) + size + 1 <= CONTROL_OUTPUT_MAX;
	if (!fits || (client->out_size + size + 1 > client->out_room &&
						 !make_room(client, size + 1))) {
		client->hub->counters->cut_off++;
		die(client);
		return;
	}
	memcpy(client->out + client->out_size, line, size);
	client->out_size += size;
	client->out[client->out_size++] = '\n';
	watch(client);
}

static void put_text(struct control_client *client, const char *line)
{
	put_line(client, line, strlen(line));
}

static void command_said(void *data, const char *line, size_t size)
{
	put_line(data, line, size);
}

static void command_over(void *data, int code)
{
	struct control_client *client = data;
	(void)code;
	client->over = true;
	wake(client);
}

static bool is_congested(void *data)
{
	return waiting(data) > CONTROL_CONGESTED;
}

static void begin(struct control_client *client, const char *line)
{
	const struct command_user user = {
		.data = client,
		.line = command_said,
		.over = command_over,
		.congested = is_congested,
	};
	client->over = false;
	client->hub->counters->commands++;
	client->command = command_create(client->hub->world, line, &user);
	if (client->command == NULL) {
		put_text(client, "{\"error\":\"out of memory\",\"code\":1}");
	}
}

/* One line of what came in. */
struct line {
	char *text;    /* without its end; stands until take_line() */
	size_t length; /* with it */
	bool clean;    /* what stands behind a NUL byte would be left out unseen */
	bool whole;    /* it has an end; else the input ended, or broke off, in it */
};

/* False when there is none. At the end of all, what is left is a line, too. */
static bool first_line(struct control_client *client, struct line *line)
{
	char *end = memchr(client->in, '\n', client->in_size);
	if (end == NULL && !(client->ended && client->in_size > 0 &&
							   client->in_size < sizeof(client->in))) {
		return false;
	}
	line->whole = end != NULL;
	line->length = line->whole ? (size_t)(end - client->in) + 1 : client->in_size;
	size_t size = line->whole ? line->length - 1 : line->length;
	client->in[size] = '\0';
	size_t text = strlen(client->in);
	line->clean = text == size;
	if (text > 0 && client->in[text - 1] == '\r') {
		client->in[text - 1] = '\0';
	}
	line->text = client->in;
	return true;
}

static void take_line(struct control_client *client, size_t length)
{
	client->in_size -= length;
	memmove(client->in, client->in + length, client->in_size);
}

/* Up to the end of a line that was refused; true when that was found. */
static bool skip(struct control_client *client)
{
	char *end = memchr(client->in, '\n', client->in_size);
	take_line(client, end != NULL ? (size_t)(end - client->in) + 1 : client->in_size);
	client->skipping = end == NULL;
	return end != NULL;
}

static void refuse_line(struct control_client *client, const char *why)
{
	char text[192];
	snprintf(text, sizeof(text), "{\"error\":\"the line %s\",\"code\":%d}", why,
			COMMAND_USAGE);
	put_text(client, text);
}

static void refuse_long_line(struct control_client *client)
{
	char why[48];
	client->hub->counters->overlong++;
	snprintf(why, sizeof(why), "is longer than %d bytes", COMMAND_LINE_MAX);
	refuse_line(client, why);
	skip(client);
}

/* What is wrong with a line; NULL: nothing. */
static const char *fault_of(const struct line *line)
{
	if (!line->clean) {
		return "has a NUL byte in it";
	}
	/* Of "set-address cellar 5 70" the connection may have lost the 0. */
	if (!line->whole && command_changes(line->text)) {
		return "has no end, so a part of it may be missing: nothing was done; end it "
			   "with a line feed";
	}
	return NULL;
}

/* One line, if there is one; false when there is nothing to do. */
static bool step(struct control_client *client)
{
	struct line line;
	if (client->skipping && !skip(client)) {
		return false;
	}
	if (!first_line(client, &line)) {
		bool too_long = client->in_size == sizeof(client->in);
		if (too_long) {
			refuse_long_line(client);
		}
		return too_long;
	}
	const char *fault = fault_of(&line);
	/* Without a command there is nothing to cancel: it has just ended. */
	if (fault != NULL) {
		refuse_line(client, fault);
	} else if (line.text[0] != '\0' && strcmp(line.text, CONTROL_CANCEL) != 0) {
		begin(client, line.text);
	}
	take_line(client, line.length);
	return true;
}

/* While a command runs, only `cancel` is listened to; other lines wait for its end. */
static void listen_for_cancel(struct control_client *client)
{
	static const char *const spellings[] = { CONTROL_CANCEL "\n", CONTROL_CANCEL "\r\n" };
	for (size_t i = 0; i < 2; i++) {
		size_t length = strlen(spellings[i]);
		if (client->in_size >= length && memcmp(client->in, spellings[i], length) == 0) {
			take_line(client, length);
			put_text(client, CONTROL_STOPPING);
			command_cancel(client->command);
			return;
		}
	}
}

static bool is_hung_up(const struct control_client *client)
{
	struct pollfd look = { .fd = client->fd, .events = 0 };
	return poll(&look, 1, 0) == 1 && (look.revents & (POLLHUP | POLLERR)) != 0;
}

bool control_client_work(struct control_client *client)
{
	if (client->over) {
		command_destroy(client->command);
		client->command = NULL;
		client->over = false;
	}
	/* Who left before this process came to its command has given that up. */
	if (client->command == NULL && client->in_size > 0 && is_hung_up(client)) {
		client->dead = true;
	}
	if (client->dead) {
		return false;
	}
	if (client->command != NULL) {
		listen_for_cancel(client);
	}
	while (client->command == NULL && step(client)) {
	}
	watch(client);
	bool idle = client->command == NULL && client->in_size == 0;
	return !client->dead && !(client->ended && idle && waiting(client) == 0);
}

static void read_in(struct control_client *client)
{
	ssize_t got = recv(client->fd, client->in + client->in_size,
			sizeof(client->in) - client->in_size, 0);
	if (got > 0) {
		client->in_size += (size_t)got;
	} else if (got == 0) {
		client->ended = true;
		client->dead = is_hung_up(client);
	} else if (errno != EAGAIN && errno != EINTR) {
		client->dead = true;
	}
}

static void write_out(struct control_client *client)
{
	ssize_t put =
			send(client->fd, client->out + client->out_at, waiting(client), MSG_NOSIGNAL);
	if (put > 0) {
		client->out_at += (size_t)put;
	} else if (put < 0 && errno != EAGAIN && errno != EINTR) {
		client->dead = true;
	}
	if (waiting(client) > 0) {
		return;
	}
	client->out_at = client->out_size = 0;
	if (client->out_room > OUTPUT_KEPT) {
		free(client->out);
		client->out = NULL;
		client->out_room = 0;
	}
}

static void happened(void *data, int events)
{
	struct control_client *client = data;
	if ((events & LOOP_WRITABLE) != 0 && waiting(client) > 0) {
		write_out(client);
	}
	if ((events & LOOP_READABLE) != 0 && !client->ended &&
			client->in_size < sizeof(client->in)) {
		read_in(client);
	}
	watch(client);
	wake(client);
}

struct control_client *control_client_create(const struct control_hub *hub, int fd)
{
	struct control_client *client = calloc(1, sizeof(*client));
	if (client == NULL) {
		close(fd);
		return NULL;
	}
	client->hub = hub;
	client->fd = fd;
	client->io = loop_io_create(hub->loop, fd, happened, client);
	if (client->io == NULL || loop_io_watch(client->io, LOOP_READABLE) != 0) {
		control_client_destroy(client);
		return NULL;
	}
	hub->counters->connections++;
	return client;
}

void control_client_destroy(struct control_client *client)
{
	command_destroy(client->command);
	loop_io_destroy(client->io);
	close(client->fd);
	free(client->out);
	free(client);
}

void control_client_stop(struct control_client *client)
{
	client->ended = true;
	client->in_size = 0;
	if (client->command != NULL && !client->over) {
		put_text(client, "{\"warning\":\"the gateway stops before it has answered whole: "
						 "what it has found so far follows\"}");
		command_cancel(client->command);
	}
	wake(client);
}

bool control_client_is_deaf(const struct control_client *client)
{
	return client->command != NULL &&
		   (client->ended || client->in_size == sizeof(client->in));
}

void control_client_look(struct control_client *client)
{
	if (is_hung_up(client)) {
		die(client);
	}
}
