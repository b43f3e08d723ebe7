/* SPDX-License-Identifier: MIT */
/* Wakes up when something happens on the segment, or when bytes come. */
#include "wire.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

#include "waveform.h"

#define SECOND INT64_C(1000000000)
#define MILLISECOND INT64_C(1000000)
#define PAUSE_BITS 33 /* between what is asked without pacing */

enum woken { STOP, READABLE, TIME };

static int64_t clock_ns(clockid_t id)
{
	struct timespec now;
	clock_gettime(id, &now);
	return now.tv_sec * SECOND + now.tv_nsec;
}

static uint32_t pack_line(
		uint32_t baud, uint8_t data_bits, char parity, uint8_t stop_bits)
{
	return baud << 16 | (uint32_t)(unsigned char)parity << 8 | (data_bits & 15u) << 4 |
		   (stop_bits & 15u);
}

void wire_set_line(struct wire *wire, uint32_t baud, uint8_t data_bits, char parity,
		uint8_t stop_bits)
{
	atomic_store(&wire->line, pack_line(baud, data_bits, parity, stop_bits));
}

static void use_line(struct wire *wire)
{
	uint32_t line = atomic_load(&wire->line);
	if (line != wire->line_used) {
		wire->line_used = line;
		segment_set_line(wire->segment, line >> 16, line >> 4 & 15,
				(char)(line >> 8 & 0xFF), line & 15);
	}
}

static void on_event(void *data, const struct segment_event *event)
{
	struct wire *wire = data;
	if (event->kind == SEGMENT_ANSWER && event->end > wire->answered) {
		wire->answered = event->end;
	}
	if (wire->fn != NULL) {
		wire->fn(wire->data, event);
	}
}

bool wire_init(struct wire *wire, const struct wire_settings *settings,
		struct slaves *slaves, segment_event_fn fn, void *data)
{
	*wire = (struct wire){ .settings = *settings, .fn = fn, .data = data };
	wire->settings.segment.gap = WIRE_IDLE_MIN_MS * MILLISECOND;
	/* whole seconds of both clocks coincide */
	wire->origin = clock_ns(CLOCK_MONOTONIC) - clock_ns(CLOCK_REALTIME) % SECOND;
	wire->segment = segment_create(&wire->settings.segment, slaves, on_event, wire);
	wire_set_line(wire, 2400, 8, 'E', 1);
	return wire->segment != NULL;
}

void wire_finish(struct wire *wire)
{
	segment_destroy(wire->segment);
	wire->segment = NULL;
}

static void see_time(struct wire *wire)
{
	int64_t now = clock_ns(CLOCK_MONOTONIC) - wire->origin;
	wire->now = now > wire->now ? now : wire->now;
}

/* The meters' clocks follow the machine's, even when that is set. */
static void set_epoch(struct wire *wire)
{
	int64_t zero = clock_ns(CLOCK_REALTIME) - wire->now;
	segment_set_epoch(wire->segment, (zero + SECOND / 2) / SECOND);
}

/* Waits for bytes, or for a time of the monotonic clock. */
static enum woken wait_until(const struct wire *wire, int64_t until)
{
	struct pollfd fds[2] = { { .fd = wire->settings.stop_fd, .events = POLLIN },
		{ .fd = wire->settings.fd, .events = POLLIN } };
	for (;;) {
		int64_t left = until == SEGMENT_NEVER ? 0 : until - clock_ns(CLOCK_MONOTONIC);
		left = left > 0 ? left : 0;
		struct timespec timeout = { .tv_sec = left / SECOND, .tv_nsec = left % SECOND };
		int count = ppoll(fds, 2, until == SEGMENT_NEVER ? NULL : &timeout, NULL);
		if (fds[0].revents != 0 || (count < 0 && errno != EINTR)) {
			return STOP;
		}
		if (count == 0) {
			return TIME;
		}
		if (count > 0) {
			return READABLE;
		}
	}
}

/* Never waits: when nobody fetches the characters they are lost, as on a real line. The
 * other end is told from recv(). */
static void hand_on(struct wire *wire)
{
	if (wire->block_size > 0) {
		(void)!send(wire->settings.fd, wire->block, wire->block_size,
				MSG_DONTWAIT | MSG_NOSIGNAL);
		wire->block_size = 0;
	}
}

static void gather(struct wire *wire, const struct segment_char *character)
{
	if (wire->block_size == sizeof(wire->block)) {
		hand_on(wire);
	}
	if (wire->block_size == 0) {
		wire->block_since = character->at;
	}
	wire->block[wire->block_size++] = character->byte;
	wire->block[wire->block_size++] = (uint8_t)character->flags;
}

static void step(struct wire *wire, int64_t until)
{
	struct segment_char character;
	while (segment_step(wire->segment, until, &character)) {
		gather(wire, &character);
	}
}

/* When characters are handed on that have gathered. */
static int64_t block_end(const struct wire *wire)
{
	int64_t end = wire->block_since + wire->settings.block;
	return wire->answered < end ? wire->answered : end;
}

/* A whole block is slept through, whatever happens on the line during it. */
static int64_t next_time(const struct wire *wire)
{
	int64_t next = wire->block_size > 0 ? block_end(wire) : segment_next(wire->segment);
	return next == SEGMENT_NEVER ? next : next + wire->origin;
}

/* What the master sends goes on the line. False when the other end is gone. */
static bool send_on(struct wire *wire)
{
	uint8_t bytes[512];
	ssize_t count = recv(wire->settings.fd, bytes, sizeof(bytes), MSG_DONTWAIT);
	if (count <= 0) {
		return count < 0 && (errno == EAGAIN || errno == EINTR);
	}
	use_line(wire);
	see_time(wire);
	step(wire, wire->now);
	set_epoch(wire);
	int64_t sent = segment_send(wire->segment, wire->now, bytes, (size_t)count);
	if (wire->settings.segment.echo && sent > wire->answered) {
		wire->answered = sent;
	}
	return true;
}

static void run_paced(struct wire *wire)
{
	for (;;) {
		use_line(wire);
		see_time(wire);
		step(wire, wire->now);
		if (wire->block_size > 0 && block_end(wire) <= wire->now) {
			hand_on(wire);
		}
		enum woken woken = wait_until(wire, next_time(wire));
		if (woken == STOP || (woken == READABLE && !send_on(wire))) {
			return;
		}
	}
}

/* Everything that follows from these bytes happens at once. */
static void play(struct wire *wire, size_t size)
{
	uint32_t baud = wire->line_used >> 16;
	set_epoch(wire);
	segment_send(wire->segment, wire->now, wire->pending, size);
	for (;;) {
		int64_t next = segment_next(wire->segment);
		if (next == SEGMENT_NEVER) {
			break;
		}
		wire->now = next;
		step(wire, next);
	}
	wire->now = wire->now > wire->answered ? wire->now : wire->answered;
	wire->now += waveform_ns(baud, PAUSE_BITS);
	hand_on(wire);
}

static void drop_pending(struct wire *wire)
{
	if (wire->pending_size > 0) {
		play(wire, wire->pending_size);
		wire->pending_size = 0;
	}
}

/* Frame by frame, as if the master had waited for each answer. */
static void take_frames(struct wire *wire)
{
	struct mg_frame frame;
	size_t length;
	while (wire->pending_size > 0) {
		enum mg_fault fault =
				mg_frame_parse(wire->pending, wire->pending_size, &frame, &length);
		if (fault == MG_FAULT_INCOMPLETE) {
			return;
		}
		if (fault != MG_FAULT_NONE) {
			wire->discarding = true;
			drop_pending(wire);
			return;
		}
		play(wire, length);
		wire->pending_size -= length;
		memmove(wire->pending, wire->pending + length, wire->pending_size);
	}
}

/* False when the other end is gone. */
static bool hear(struct wire *wire)
{
	uint8_t bytes[MG_FRAME_MAX];
	size_t room = sizeof(wire->pending) - wire->pending_size;
	ssize_t count = recv(wire->settings.fd, bytes, room, MSG_DONTWAIT);
	if (count <= 0) {
		return count < 0 && (errno == EAGAIN || errno == EINTR);
	}
	if (!wire->discarding) {
		use_line(wire);
		memcpy(wire->pending + wire->pending_size, bytes, (size_t)count);
		wire->pending_size += (size_t)count;
		take_frames(wire);
	}
	return true;
}

static int64_t idle_end(const struct wire *wire)
{
	if (wire->pending_size == 0 && !wire->discarding) {
		return SEGMENT_NEVER;
	}
	return clock_ns(CLOCK_MONOTONIC) + WIRE_IDLE_MIN_MS * MILLISECOND;
}

static void run_at_once(struct wire *wire)
{
	for (;;) {
		enum woken woken = wait_until(wire, idle_end(wire));
		if (woken == STOP || (woken == READABLE && !hear(wire))) {
			return;
		}
		if (woken == TIME) {
			drop_pending(wire);
			wire->discarding = false;
		}
	}
}

void wire_run(struct wire *wire)
{
	if (wire->settings.pacing) {
		run_paced(wire);
	} else {
		run_at_once(wire);
	}
}

long wire_receive(int fd, uint8_t *bytes, size_t size, uint32_t *rx_flags)
{
	uint8_t pairs[2 * WIRE_BLOCK_MAX];
	size_t room = size < WIRE_BLOCK_MAX ? size : WIRE_BLOCK_MAX;
	ssize_t count = recv(fd, pairs, 2 * room, MSG_DONTWAIT);
	if (count <= 0) {
		return count;
	}
	for (size_t i = 0; i < (size_t)count / 2; i++) {
		bytes[i] = pairs[2 * i];
		*rx_flags |= pairs[2 * i + 1];
	}
	return count / 2;
}
