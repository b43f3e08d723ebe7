/* SPDX-License-Identifier: MIT */
/* A process that plays TCP converters, each with one meter on a bus that never rests. */
#include "converters.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define CONNECTIONS_MAX 4096
#define EVENTS 256
#define CHARACTER_BITS 11
#define REQUEST 5 /* bytes of a short frame */
#define NANOSECONDS 1000000000LL
/* How often everybody is served: often enough that converters are not in step. */
#define STEP_NS 500000
/* A request takes its time on the line, and the slave 11 bits. */
#define CHARACTERS_BEFORE_ANSWER (REQUEST + 1)

struct converter {
	int fd;
	size_t asked;  /* bytes of the request so far */
	uint8_t c;     /* its C field */
	int64_t begun; /* when the answer begins on the line, ns */
	const uint8_t *answer;
	size_t size, sent;
};

struct world {
	int listener, epoll;
	unsigned block;
	int64_t character; /* on the line, ns */
	struct converter all[CONNECTIONS_MAX];
	size_t count;
};

static const uint8_t ack[] = { 0xE5 };

/* A heat meter of 81 bytes: what M-Bus telegrams are like on average. */
static const uint8_t *telegram(size_t *size)
{
	static const uint8_t head[] = { 0x68, 0x4B, 0x4B, 0x68, 0x08, 0x01, 0x72, 0x78, 0x56,
		0x34, 0x12, 0x24, 0x40, 0x01, 0x04, 0x55, 0x00, 0x00, 0x00 };
	static uint8_t frame[81];
	size_t at = sizeof(head);
	memcpy(frame, head, sizeof(head));
	/* Ten records of six bytes: volume, storage 0 of different values. */
	for (uint8_t i = 0; i < 10; i++) {
		const uint8_t record[] = { 0x04, (uint8_t)(0x10 + i % 8), i, 0x01, 0x00, 0x00 };
		memcpy(frame + at, record, sizeof(record));
		at += sizeof(record);
	}
	uint8_t sum = 0;
	for (size_t i = 4; i < at; i++) {
		sum = (uint8_t)(sum + frame[i]);
	}
	frame[at] = sum;
	frame[at + 1] = 0x16;
	*size = at + 2;
	return frame;
}

static void accept_all(struct world *world)
{
	int fd;
	while ((fd = accept4(world->listener, NULL, NULL, SOCK_NONBLOCK)) >= 0) {
		int on = 1;
		if (world->count == CONNECTIONS_MAX) {
			close(fd);
			continue;
		}
		setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
		struct converter *converter = &world->all[world->count++];
		*converter = (struct converter){ .fd = fd };
		struct epoll_event event = { .events = EPOLLIN, .data.ptr = converter };
		epoll_ctl(world->epoll, EPOLL_CTL_ADD, fd, &event);
	}
}

static int64_t clock_ns(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * NANOSECONDS + now.tv_nsec;
}

static void hear(const struct world *world, struct converter *converter)
{
	uint8_t bytes[64];
	ssize_t count = read(converter->fd, bytes, sizeof(bytes));
	if (count <= 0) {
		if (count == 0 || errno != EAGAIN) {
			close(converter->fd);
			converter->fd = -1;
		}
		return;
	}
	for (ssize_t i = 0; i < count; i++) {
		converter->c = converter->asked == 1 ? bytes[i] : converter->c;
		if (++converter->asked == REQUEST) {
			const uint8_t c_reset = 0x40;
			converter->asked = 0;
			converter->answer =
					converter->c == c_reset ? ack : telegram(&converter->size);
			converter->size = converter->c == c_reset ? sizeof(ack) : converter->size;
			converter->sent = 0;
			converter->begun = clock_ns() + CHARACTERS_BEFORE_ANSWER * world->character;
		}
	}
}

/* What the line has carried by now; none of it sooner, whenever this is called. */
static void serve_one(const struct world *world, struct converter *converter, int64_t now)
{
	if (converter->fd < 0 || converter->answer == NULL || now < converter->begun) {
		return;
	}
	size_t due = (size_t)((now - converter->begun) / world->character);
	due = due < converter->size ? due : converter->size;
	size_t ready = due - converter->sent;
	if (ready == 0 || (ready < world->block && due < converter->size)) {
		return;
	}
	if (write(converter->fd, converter->answer + converter->sent, ready) > 0) {
		converter->sent = due;
	}
	if (due == converter->size) {
		converter->answer = NULL;
	}
}

static void serve(struct world *world)
{
	struct epoll_event events[EVENTS];
	for (;;) {
		int count = epoll_wait(world->epoll, events, EVENTS, 0);
		for (int i = 0; i < count; i++) {
			if (events[i].data.ptr == NULL) {
				accept_all(world);
			} else {
				hear(world, events[i].data.ptr);
			}
		}
		int64_t now = clock_ns();
		for (size_t i = 0; i < world->count; i++) {
			serve_one(world, &world->all[i], now);
		}
		const struct timespec step = { .tv_nsec = STEP_NS };
		nanosleep(&step, NULL);
	}
}

static bool listen_somewhere(struct world *world, uint16_t *port)
{
	struct sockaddr_in address = { .sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t size = sizeof(address);
	world->listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
	if (world->listener < 0 ||
			bind(world->listener, (struct sockaddr *)&address, sizeof(address)) != 0 ||
			listen(world->listener, CONNECTIONS_MAX) != 0 ||
			getsockname(world->listener, (struct sockaddr *)&address, &size) != 0) {
		return false;
	}
	*port = ntohs(address.sin_port);
	world->epoll = epoll_create1(0);
	struct epoll_event event = { .events = EPOLLIN };
	return world->epoll >= 0 &&
		   epoll_ctl(world->epoll, EPOLL_CTL_ADD, world->listener, &event) == 0;
}

bool converters_start(struct converters *converters, unsigned baud, unsigned block)
{
	struct world *world = calloc(1, sizeof(*world));
	if (world == NULL || !listen_somewhere(world, &converters->port)) {
		free(world);
		return false;
	}
	world->block = block;
	world->character = CHARACTER_BITS * NANOSECONDS / baud;
	converters->pid = fork();
	if (converters->pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		serve(world);
		_exit(0);
	}
	close(world->listener);
	close(world->epoll);
	free(world);
	return converters->pid > 0;
}

void converters_stop(struct converters *converters)
{
	kill(converters->pid, SIGKILL);
	waitpid(converters->pid, NULL, 0);
}
