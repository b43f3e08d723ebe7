/* SPDX-License-Identifier: MIT */
/*
 * A transport for tests: a socketpair with a thread of fake meters at its other end. What
 * the meters do can be changed at any time.
 */
#ifndef TESTS_FAKE_LINE_H
#define TESTS_FAKE_LINE_H

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <metergate/mbus.h>
#include <metergate/plugin.h>

#define FAKE_METERS 8

struct fake_meter {
	atomic_bool present;
	atomic_bool dead;    /* says nothing at all */
	atomic_bool no_data; /* acknowledges only */
	atomic_uint id;      /* BCD */
	atomic_int telegrams;
	atomic_int mute_after; /* silent behind so many telegrams; 0: never */
	atomic_bool endless;   /* every telegram says that another one follows */
	atomic_int broken;     /* so many answers come with a wrong checksum */
	atomic_int volume;     /* l, in the first telegram */
	atomic_int requests;   /* REQ_UD2 seen */
	/* of its thread */
	int at;
	int fcb;
};

struct fake_line {
	struct mg_instance instance;
	struct fake_meter meters[FAKE_METERS]; /* by primary address */
	atomic_int open_result;
	atomic_int opens, closes, open_calls;
	atomic_bool hang;    /* open() does not return */
	atomic_bool hung;    /* it is in there */
	atomic_bool chatter; /* a byte comes unasked, once */
	atomic_bool hang_up; /* the other side closes, once */
	atomic_bool slow;    /* meters answer after a while */
	atomic_bool cut;     /* telegrams end behind the first piece */
	bool tcp;            /* the line is a TCP connection */
	atomic_int resets;   /* SND_NKE seen */
	int far;             /* the meters' end */
	int selected;        /* meter selected by secondary address */
	pthread_t thread;
};

static inline size_t fake_telegram(
		const struct fake_meter *meter, uint8_t address, int index, uint8_t *bytes)
{
	uint8_t data[64];
	struct mg_builder builder = { .bytes = data, .size = sizeof(data) };
	const struct mg_telegram telegram = { .header = MG_HEADER_LONG,
		.identity = { .id = atomic_load(&meter->id),
				.manufacturer = 0x2C2D,
				.version = 0x16,
				.medium = 7 } };
	const uint8_t vif = 0x13, more = 0x1F;
	mg_build_header(&builder, &telegram);
	mg_build_dib(&builder, 4, MG_FUNCTION_INSTANTANEOUS, (uint64_t)index, 0, 0);
	mg_build_bytes(&builder, &vif, 1);
	mg_build_integer(&builder, 4, atomic_load(&meter->volume) + index);
	if (index + 1 < atomic_load(&meter->telegrams) || atomic_load(&meter->endless)) {
		mg_build_bytes(&builder, &more, 1);
	}
	const struct mg_frame frame = { .type = MG_FRAME_LONG,
		.c = MG_C_RSP_UD,
		.a = address,
		.ci = 0x72,
		.data = { data, builder.length } };
	return mg_frame_build(&frame, bytes, MG_FRAME_MAX);
}

static inline void fake_send(struct fake_line *line, const void *bytes, size_t size)
{
	(void)!send(line->far, bytes, size, MSG_NOSIGNAL);
}

static inline void fake_answer_data(
		struct fake_line *line, struct fake_meter *meter, uint8_t address, uint8_t c)
{
	uint8_t bytes[MG_FRAME_MAX];
	int fcb = (c & MG_C_FCB) != 0;
	atomic_fetch_add(&meter->requests, 1);
	if (meter->fcb >= 0 && meter->fcb != fcb) {
		meter->at = (meter->at + 1) % atomic_load(&meter->telegrams);
	}
	meter->fcb = fcb;
	int mute_after = atomic_load(&meter->mute_after);
	if (mute_after > 0 && meter->at >= mute_after) {
		return;
	}
	if (atomic_load(&meter->no_data)) {
		fake_send(line, "\xE5", 1);
		return;
	}
	size_t size = fake_telegram(meter, address, meter->at, bytes);
	if (atomic_load(&meter->broken) > 0) {
		atomic_fetch_sub(&meter->broken, 1);
		bytes[size - 2] ^= 0x55;
	}
	/* In two pieces, as they come from a real line. */
	bool cut = atomic_load(&line->cut);
	fake_send(line, bytes, 5);
	if (!cut) {
		fake_send(line, bytes + 5, size - 5);
	}
}

static inline struct fake_meter *fake_find(struct fake_line *line, uint8_t address)
{
	if (address == MG_A_SELECTED) {
		address = line->selected >= 0 ? (uint8_t)line->selected : FAKE_METERS;
	}
	if (address >= FAKE_METERS || !atomic_load(&line->meters[address].present) ||
			atomic_load(&line->meters[address].dead)) {
		return NULL;
	}
	return &line->meters[address];
}

static inline void fake_reset(struct fake_line *line, struct fake_meter *meter)
{
	meter->at = 0;
	meter->fcb = -1;
	fake_send(line, "\xE5", 1);
}

static inline void fake_select(struct fake_line *line, const uint8_t identity[8])
{
	struct mg_identity mask,
			own = { .manufacturer = 0x2C2D, .version = 0x16, .medium = 7 };
	mg_identity_get(identity, &mask);
	line->selected = -1;
	for (int i = 0; i < FAKE_METERS; i++) {
		own.id = atomic_load(&line->meters[i].id);
		if (fake_find(line, (uint8_t)i) != NULL && mg_identity_match(&mask, &own)) {
			line->selected = i;
			fake_reset(line, &line->meters[i]);
		}
	}
}

static inline void fake_take(struct fake_line *line, const struct mg_frame *frame)
{
	struct fake_meter *meter = fake_find(line, frame->a);
	if (atomic_load(&line->slow)) {
		usleep(40000);
	}
	atomic_fetch_add(&line->resets, frame->c == MG_C_SND_NKE);
	if (frame->type == MG_FRAME_LONG && frame->ci == 0x52 && frame->data.size == 8) {
		fake_select(line, frame->data.data);
	} else if (meter != NULL && frame->c == MG_C_SND_NKE) {
		fake_reset(line, meter);
	} else if (meter != NULL && (frame->c & ~MG_C_FCB) == MG_C_REQ_UD2) {
		uint8_t address = (uint8_t)(meter - line->meters);
		fake_answer_data(line, meter, address, frame->c);
	}
}

/* Moods that do not wait for a request. True when the line is to be closed. */
static inline bool fake_moods(struct fake_line *line)
{
	if (atomic_exchange(&line->chatter, false)) {
		fake_send(line, "\x33\x44", 2);
	}
	return atomic_exchange(&line->hang_up, false);
}

static inline void *fake_serve(void *data)
{
	struct fake_line *line = (struct fake_line *)data;
	uint8_t bytes[MG_FRAME_MAX];
	size_t size = 0, length;
	struct mg_frame frame;
	while (!fake_moods(line)) {
		struct pollfd poll_fd = { .fd = line->far, .events = POLLIN };
		if (poll(&poll_fd, 1, 5) <= 0) {
			continue;
		}
		ssize_t count = read(line->far, bytes + size, sizeof(bytes) - size);
		if (count <= 0) {
			break;
		}
		size += (size_t)count;
		enum mg_fault fault = mg_frame_parse(bytes, size, &frame, &length);
		if (fault == MG_FAULT_NONE) {
			fake_take(line, &frame);
		}
		size = fault == MG_FAULT_INCOMPLETE ? size : 0;
	}
	close(line->far);
	return NULL;
}

/* Two ends of one TCP connection. 0 or -1. */
static inline int fake_tcp(int pair[2])
{
	struct sockaddr_in address = { .sin_family = AF_INET };
	socklen_t size = sizeof(address);
	int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	pair[0] = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	pair[1] = -1;
	if (bind(listener, (struct sockaddr *)&address, size) == 0 &&
			listen(listener, 1) == 0 &&
			getsockname(listener, (struct sockaddr *)&address, &size) == 0 &&
			connect(pair[0], (struct sockaddr *)&address, size) == 0) {
		pair[1] = accept(listener, NULL, NULL);
	}
	close(listener);
	return pair[1] >= 0 ? 0 : -1;
}

static inline int fake_open(void *self, struct mg_link *link)
{
	struct fake_line *line = (struct fake_line *)self;
	int pair[2];
	atomic_fetch_add(&line->open_calls, 1);
	while (atomic_load(&line->hang)) {
		atomic_store(&line->hung, true);
		usleep(2000);
	}
	atomic_store(&line->hung, false);
	if (atomic_load(&line->open_result) != MG_OK) {
		line->instance.gw->reason(line->instance.host, ENOENT, "there is no such port");
		return atomic_load(&line->open_result);
	}
	if ((line->tcp ? fake_tcp(pair)
				   : socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair)) != 0) {
		return MG_RETRY;
	}
	fcntl(pair[0], F_SETFL, O_NONBLOCK);
	link->fd = pair[0];
	line->far = pair[1];
	line->selected = -1;
	pthread_create(&line->thread, NULL, fake_serve, line);
	atomic_fetch_add(&line->opens, 1);
	return MG_OK;
}

static inline void fake_close(void *self, int fd)
{
	struct fake_line *line = (struct fake_line *)self;
	close(fd);
	pthread_join(line->thread, NULL);
	atomic_fetch_add(&line->closes, 1);
}

/* A meter that answers with one telegram. */
static inline struct fake_meter *fake_add(
		struct fake_line *line, int address, unsigned id)
{
	struct fake_meter *meter = &line->meters[address];
	atomic_store(&meter->id, id);
	atomic_store(&meter->telegrams, 1);
	atomic_store(&meter->volume, 1000 * address);
	meter->fcb = -1;
	atomic_store(&meter->present, true);
	return meter;
}

#endif
