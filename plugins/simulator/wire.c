/* SPDX-License-Identifier: MIT */
/* Slaves hear a request when its last bit has passed, wait 11 bit times, and are deaf
 * while they answer. */
#include "wire.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

#define NEVER INT64_MAX
#define ANSWER_BITS 11 /* between a request and its answer, at least (EN 13757-2) */
#define IDLE_BITS 33   /* of silence end whatever was on the line */

enum woken { STOP, READABLE, TIME };

static int64_t clock_us(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

void wire_set_line(struct wire *wire, uint32_t baud, uint32_t bits)
{
	atomic_store(&wire->speed, baud << 4 | (bits & 15));
}

int64_t wire_bits_us(const struct wire *wire, uint32_t bits)
{
	return (int64_t)bits * 1000000 / (atomic_load(&wire->speed) >> 4);
}

static int64_t characters_us(const struct wire *wire, size_t count)
{
	unsigned bits = atomic_load(&wire->speed) & 15;
	return wire_bits_us(wire, (uint32_t)count * bits);
}

/* Waits for bytes (unless `deaf`) or for a time in µs. */
static enum woken wait_until(const struct wire *wire, int64_t until, bool deaf)
{
	struct pollfd fds[2] = { { .fd = wire->stop_fd, .events = POLLIN },
		{ .fd = deaf ? -1 : wire->fd, .events = POLLIN } };
	for (;;) {
		int64_t left = until == NEVER ? 0 : until - clock_us();
		left = left > 0 ? left : 0;
		struct timespec timeout = { .tv_sec = left / 1000000,
			.tv_nsec = left % 1000000 * 1000 };
		int count = ppoll(fds, 2, until == NEVER ? NULL : &timeout, NULL);
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

/* What the master sends while a slave answers is heard by nobody. */
static void lose_input(const struct wire *wire)
{
	uint8_t lost[512];
	while (recv(wire->fd, lost, sizeof(lost), MSG_DONTWAIT) > 0) {
	}
}

/* Never waits: when nobody fetches the bytes they are lost, as on a real line. */
static bool put(const struct wire *wire, const uint8_t *bytes, size_t size)
{
	ssize_t sent = send(wire->fd, bytes, size, MSG_DONTWAIT | MSG_NOSIGNAL);
	return sent >= 0 || errno == EAGAIN || errno == EINTR;
}

/* Sends an answer whose first bit is on the line at `begin`. False to end. */
static bool send_paced(
		const struct wire *wire, int64_t begin, const uint8_t *bytes, size_t length)
{
	int64_t character = characters_us(wire, 1);
	size_t block = (size_t)(WIRE_BLOCK_US / character);
	block = block > 0 ? block : 1;
	for (size_t sent = 0; sent < length;) {
		size_t size = length - sent < block ? length - sent : block;
		int64_t due = begin + characters_us(wire, sent + size);
		if (wait_until(wire, due, true) == STOP) {
			return false;
		}
		lose_input(wire);
		if (!put(wire, bytes + sent, size)) {
			return false;
		}
		sent += size;
	}
	return true;
}

static bool exchange(struct wire *wire, const struct mg_frame *frame, size_t length)
{
	uint8_t answer[MG_FRAME_MAX];
	int64_t begin = wire->delay_us;
	struct mg_bytes request = { wire->pending, length };
	if (wire->pacing) {
		int64_t heard = wire->pending_since + characters_us(wire, length);
		begin += heard + wire_bits_us(wire, ANSWER_BITS);
		if (wait_until(wire, heard, true) == STOP) {
			return false;
		}
	} else {
		begin += clock_us();
	}
	size_t size = wire->fn(wire->data, request, frame, answer);
	if (size == 0) {
		return true;
	}
	if (wire->pacing) {
		return send_paced(wire, begin, answer, size);
	}
	return wait_until(wire, begin, true) != STOP && put(wire, answer, size);
}

/* Serves the frames that are complete. False to end. */
static bool take_frames(struct wire *wire)
{
	struct mg_frame frame;
	size_t length;
	while (wire->pending_size > 0) {
		enum mg_fault fault =
				mg_frame_parse(wire->pending, wire->pending_size, &frame, &length);
		if (fault == MG_FAULT_INCOMPLETE) {
			return true;
		}
		if (fault != MG_FAULT_NONE) {
			wire->discarding = true;
			wire->pending_size = 0;
			return true;
		}
		if (!exchange(wire, &frame, length)) {
			return false;
		}
		wire->pending_size -= length;
		memmove(wire->pending, wire->pending + length, wire->pending_size);
		wire->pending_since = clock_us();
	}
	return true;
}

/* False when the other end is gone. */
static bool hear(struct wire *wire)
{
	uint8_t bytes[MG_FRAME_MAX];
	size_t room = sizeof(wire->pending) - wire->pending_size;
	ssize_t count = recv(wire->fd, bytes, room, MSG_DONTWAIT);
	if (count <= 0) {
		return count < 0 && (errno == EAGAIN || errno == EINTR);
	}
	if (wire->discarding) {
		return true;
	}
	if (wire->pending_size == 0) {
		wire->pending_since = clock_us();
	}
	memcpy(wire->pending + wire->pending_size, bytes, (size_t)count);
	wire->pending_size += (size_t)count;
	return take_frames(wire);
}

static int64_t idle_until(const struct wire *wire)
{
	if (wire->pending_size == 0 && !wire->discarding) {
		return NEVER;
	}
	int64_t idle = wire_bits_us(wire, IDLE_BITS);
	return clock_us() + (idle > WIRE_IDLE_MIN_US ? idle : WIRE_IDLE_MIN_US);
}

void wire_run(struct wire *wire)
{
	for (;;) {
		enum woken woken = wait_until(wire, idle_until(wire), false);
		if (woken == STOP || (woken == READABLE && !hear(wire))) {
			return;
		}
		if (woken == TIME) {
			wire->pending_size = 0;
			wire->discarding = false;
		}
	}
}
