/* SPDX-License-Identifier: MIT */
/* A port on a transport whose every answer the test decides. */
#ifndef TESTS_PORT_FIXTURE_H
#define TESTS_PORT_FIXTURE_H

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "bus/port.h"
#include "bus/port_io.h"
#include "bus_bench.h"

/* The instance of the transport. Only one thread is inside at a time. */
struct scripted {
	struct mg_instance instance;
	int fd;          /* what open() hands out */
	bool connecting; /* and says of it */
	int open_result;
	int retry_after; /* ms; -1: not said */
	int line_result, power_result;
	int power; /* as switched last; -1: never */
	int unsent;
	size_t write_max; /* bytes that one write() takes */
	int write_blocks; /* so many write() calls answer EAGAIN, each after a part */
	int read_error, write_error; /* -1: fails without an errno */
	long surplus;                /* read() and write() claim so many bytes more */
	uint32_t rx_flags;
	atomic_int opens, closes;
	atomic_bool slow;       /* open() waits until this is false */
	atomic_bool slow_close; /* and close() for this one */
	uint32_t baud;          /* from set_line() */
};

static inline int scripted_open(void *self, struct mg_link *link)
{
	struct scripted *s = (struct scripted *)self;
	atomic_fetch_add(&s->opens, 1);
	while (atomic_load(&s->slow)) {
		usleep(1000);
	}
	if (s->open_result != MG_OK) {
		if (s->retry_after >= 0) {
			s->instance.gw->retry_after(s->instance.host, s->retry_after);
		}
		return s->open_result;
	}
	link->fd = s->fd;
	link->connecting = s->connecting;
	return MG_OK;
}

static inline void scripted_close(void *self, int fd)
{
	struct scripted *s = (struct scripted *)self;
	while (atomic_load(&s->slow_close)) {
		usleep(1000);
	}
	close(fd);
	atomic_fetch_add(&s->closes, 1);
}

static inline int scripted_set_line(void *self, int fd, const struct mg_line *line)
{
	struct scripted *s = (struct scripted *)self;
	(void)fd;
	s->baud = line->baud;
	if (s->line_result != MG_OK) {
		s->instance.gw->reason(s->instance.host, EINVAL, "no such baud rate");
	}
	return s->line_result;
}

static inline int scripted_power(void *self, int fd, int on)
{
	struct scripted *s = (struct scripted *)self;
	(void)fd;
	s->power = on;
	return s->power_result;
}

static inline int scripted_unsent(void *self, int fd)
{
	(void)fd;
	return ((struct scripted *)self)->unsent;
}

static inline long scripted_read(
		void *self, int fd, void *buffer, size_t size, uint32_t *rx_flags)
{
	struct scripted *s = (struct scripted *)self;
	*rx_flags = s->rx_flags;
	if (s->read_error != 0) {
		errno = s->read_error < 0 ? 0 : s->read_error;
		return -1;
	}
	return s->surplus > 0 ? (long)size + s->surplus : read(fd, buffer, size);
}

static inline long scripted_write(void *self, int fd, const void *buffer, size_t size)
{
	struct scripted *s = (struct scripted *)self;
	if (s->write_error != 0) {
		errno = s->write_error;
		s->write_error = s->write_error == EINTR ? 0 : s->write_error;
		return -1;
	}
	if (s->write_blocks < 0) {
		s->write_blocks = -s->write_blocks - 1;
		errno = EAGAIN;
		return -1;
	}
	s->write_blocks = -s->write_blocks;
	if (s->surplus > 0) {
		return (long)size + s->surplus;
	}
	return write(fd, buffer, size < s->write_max ? size : s->write_max);
}

static const struct mg_transport plain = { .size = sizeof(plain),
	.instance_size = sizeof(struct scripted),
	.open = scripted_open,
	.close = scripted_close };

static const struct mg_transport full = { .size = sizeof(full),
	.instance_size = sizeof(struct scripted),
	.open = scripted_open,
	.close = scripted_close,
	.set_line = scripted_set_line,
	.read = scripted_read,
	.write = scripted_write,
	.unsent = scripted_unsent,
	.power = scripted_power };

struct fixture {
	struct bench bench;
	struct opener *opener;
	struct mg_host *host;
	struct scripted scripted;
	struct bus_settings settings;
	struct bus_counters counters;
	struct port port;
	int far; /* the other end of the line */
	uint8_t received[1024];
	size_t received_size;
	uint32_t rx_flags;
	int opened, sent, down, stopped;
};

static inline void on_opened(void *data)
{
	((struct fixture *)data)->opened++;
}

static inline void on_received(
		void *data, const uint8_t *bytes, size_t size, uint32_t rx_flags)
{
	struct fixture *f = (struct fixture *)data;
	assert_true(f->received_size + size <= sizeof(f->received));
	memcpy(f->received + f->received_size, bytes, size);
	f->received_size += size;
	f->rx_flags |= rx_flags;
}

static inline void on_sent(void *data)
{
	((struct fixture *)data)->sent++;
}

static inline void on_down(void *data)
{
	((struct fixture *)data)->down++;
}

static inline void on_stopped(void *data)
{
	((struct fixture *)data)->stopped++;
}

static inline void use_transport(struct fixture *f, const struct mg_transport *transport)
{
	const struct port_user user = { .data = f,
		.opened = on_opened,
		.received = on_received,
		.sent = on_sent,
		.down = on_down,
		.stopped = on_stopped };
	assert_true(port_init(&f->port, f->bench.loop, f->opener, f->host, transport,
			&f->scripted, &f->settings, &f->counters, &user));
}

/* A pair of sockets: one for the transport to hand out, one for the test. */
static inline void make_line(struct fixture *f)
{
	int pair[2];
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair), 0);
	fcntl(pair[0], F_SETFL, O_NONBLOCK);
	fcntl(pair[1], F_SETFL, O_NONBLOCK);
	if (f->far >= 0) {
		close(f->far);
	}
	f->scripted.fd = pair[0];
	f->far = pair[1];
}

static inline int set_up(void **state)
{
	static struct fixture fixture;
	struct fixture *f = &fixture;
	memset(f, 0, sizeof(*f));
	bench_init(&f->bench);
	f->opener = opener_create(f->bench.loop);
	f->host = host_create("bus", "cellar", NULL, "test", "");
	f->scripted = (struct scripted){ .instance = { f->host, host_services() },
		.fd = -1,
		.retry_after = -1,
		.power = -1,
		.write_max = 1000 };
	f->far = -1;
	f->settings = (struct bus_settings){ .name = "cellar",
		.line = { .size = sizeof(struct mg_line),
				.baud = 9600,
				.data_bits = 8,
				.parity = 'E',
				.stop_bits = 1 },
		.open_timeout = 5000,
		.connect_timeout = 5000,
		.reconnect_min = 20,
		.reconnect_max = 50 };
	*state = f;
	return 0;
}

static inline bool is_open(void *data)
{
	return ((struct fixture *)data)->opened == 1;
}

static inline bool is_down(void *data)
{
	return ((struct fixture *)data)->down == 1;
}

static inline bool is_stopped(void *data)
{
	return ((struct fixture *)data)->stopped == 1;
}

static inline void stop_port(struct fixture *f)
{
	port_stop(&f->port, false);
	assert_int_equal(f->stopped, 0);
	assert_true(bench_wait(&f->bench, is_stopped, f));
}

static inline bool hangs_no_more(void *data)
{
	return !port_hangs(&((struct fixture *)data)->port);
}

/* A thread that is late on a busy machine still uses the host. */
static inline int tear_down(void **state)
{
	struct fixture *f = *state;
	if (f->stopped == 0) {
		stop_port(f);
	}
	assert_true(bench_wait(&f->bench, hangs_no_more, f));
	port_finish(&f->port);
	opener_destroy(f->opener);
	bench_finish(&f->bench);
	host_destroy(f->host);
	if (f->far >= 0) {
		close(f->far);
	}
	return 0;
}

/* An open port on `transport`. */
static inline void open_port(struct fixture *f, const struct mg_transport *transport)
{
	make_line(f);
	use_transport(f, transport);
	port_open(&f->port);
	assert_true(bench_wait(&f->bench, is_open, f));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

#endif
