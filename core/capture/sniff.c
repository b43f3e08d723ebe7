/* SPDX-License-Identifier: MIT */
/* Finds frames in what passes on a wire, from whomever they come. */
#include "capture/sniff.h"

#include <string.h>

#define FUNCTION 0x0F /* bits of C that say what is wanted */
#define FCV 0x10

/* Codes of short frames (EN 13757-2); among noise nothing else is one. */
static const uint8_t short_codes[] = { 0x40, 0x49, 0x4A, 0x4B, 0x5A, 0x5B, 0x7A, 0x7B,
	0x0B };

void sniff_line(struct sniff *sniff, const struct mg_line *line, int64_t latency)
{
	sniff_end(sniff);
	sniff->latest = INT64_MIN;
	timing_init(&sniff->timing, line, latency);
	sniff->character = timing_bytes(&sniff->timing, 1);
}

void sniff_init(struct sniff *sniff, const struct mg_line *line, int64_t latency,
		sniff_fn take, void *data)
{
	*sniff = (struct sniff){ .take = take, .data = data };
	sniff_line(sniff, line, latency);
}

static void drop(struct sniff *sniff, size_t count)
{
	sniff->size -= count;
	memmove(sniff->bytes, sniff->bytes + count, sniff->size);
	memmove(sniff->flags, sniff->flags + count, sniff->size);
	memmove(sniff->begun, sniff->begun + count, sniff->size * sizeof(*sniff->begun));
}

static int64_t end_of(const struct sniff *sniff, size_t index)
{
	return sniff->begun[index] + sniff->character;
}

static void report_noise(struct sniff *sniff)
{
	uint64_t size = sniff->noise_size;
	const struct sniff_find find = {
		.kind = SNIFF_NOISE,
		.bytes = { sniff->noise,
				(size_t)(size < SNIFF_NOISE_MAX ? size : SNIFF_NOISE_MAX) },
		.size = size,
		.fault = sniff->noise_fault,
		.rx_flags = sniff->noise_flags,
		.begun = sniff->noise_begun,
		.ended = sniff->noise_ended,
	};
	if (size > 0) {
		sniff->noise_size = 0;
		sniff->take(sniff->data, &find);
	}
}

static void lose_byte(struct sniff *sniff, enum mg_fault fault)
{
	if (sniff->noise_size == 0) {
		sniff->noise_fault = fault;
		sniff->noise_flags = 0;
		sniff->noise_begun = sniff->begun[0];
	}
	if (sniff->noise_size < SNIFF_NOISE_MAX) {
		sniff->noise[sniff->noise_size] = sniff->bytes[0];
	}
	sniff->noise_size++;
	sniff->noise_flags |= sniff->flags[0];
	sniff->noise_ended = end_of(sniff, 0);
	drop(sniff, 1);
}

static void report_silence(struct sniff *sniff)
{
	const struct sniff_find find = {
		.kind = SNIFF_SILENCE,
		.frame = sniff->request,
		.bytes = { sniff->request_bytes, sniff->request_size },
		.begun = sniff->request_begun,
		.ended = sniff->request_ended,
	};
	if (sniff->asked) {
		sniff->asked = false;
		sniff->take(sniff->data, &find);
	}
}

/* When a request that nobody answered by then counts as unanswered. */
static int64_t silent_from(const struct sniff *sniff)
{
	return sniff->request_ended + timing_answer(&sniff->timing);
}

static bool from_master(const struct mg_frame *frame)
{
	return (frame->type == MG_FRAME_SHORT || frame->type == MG_FRAME_LONG) &&
		   (frame->c & MG_C_PRM) != 0;
}

/* The bytes of a level converter that returns what is sent. */
static bool is_echo(const struct sniff *sniff, size_t length)
{
	return sniff->source == SNIFF_WIRE && sniff->asked && sniff->own &&
		   length == sniff->request_size &&
		   memcmp(sniff->bytes, sniff->request_bytes, length) == 0;
}

static void keep_request(
		struct sniff *sniff, const struct sniff_find *find, const struct mg_frame *frame)
{
	memcpy(sniff->request_bytes, find->bytes.data, find->bytes.size);
	sniff->request_size = find->bytes.size;
	sniff->request = *frame;
	if (frame->type == MG_FRAME_LONG) {
		sniff->request.data.data = sniff->request_bytes + 7;
	}
	sniff->request_begun = find->begun;
	sniff->request_ended = find->ended;
	sniff->own = sniff->source == SNIFF_MASTER;
	/* To 255 nobody answers (EN 13757-2). */
	sniff->asked = frame->a != MG_A_BROADCAST;
}

static bool fits(const struct sniff *sniff, const struct mg_frame *answer)
{
	if (!sniff->asked) {
		return false;
	}
	bool anybody = answer->type == MG_FRAME_ACK || answer->type == MG_FRAME_NACK ||
				   sniff->request.a == MG_A_SELECTED ||
				   sniff->request.a == MG_A_BROADCAST_REPLY;
	return anybody || answer->a == sniff->request.a;
}

static void take_answer(struct sniff *sniff, struct sniff_find *find)
{
	find->kind = SNIFF_ANSWER;
	if (fits(sniff, &find->frame)) {
		int64_t delay = find->begun - sniff->request_ended;
		find->request = &sniff->request;
		find->delay = delay > 0 ? delay : 0;
		sniff->asked = false;
	}
	sniff->take(sniff->data, find);
}

static void take_request(struct sniff *sniff, struct sniff_find *find)
{
	find->kind = SNIFF_REQUEST;
	report_silence(sniff);
	keep_request(sniff, find, &find->frame);
	sniff->take(sniff->data, find);
}

static void take_frame(struct sniff *sniff, const struct mg_frame *frame, size_t length)
{
	struct sniff_find find = {
		.frame = *frame,
		.bytes = { sniff->bytes, length },
		.begun = sniff->begun[0],
		.ended = end_of(sniff, length - 1),
	};
	report_noise(sniff);
	if (is_echo(sniff, length)) {
		sniff->echoes++;
		sniff->request_ended = find.ended;
	} else if (from_master(frame)) {
		take_request(sniff, &find);
	} else {
		take_answer(sniff, &find);
	}
	drop(sniff, length);
}

static bool is_flagged(const struct sniff *sniff, size_t length)
{
	for (size_t i = 0; i < length; i++) {
		if ((sniff->flags[i] & (MG_RX_PARITY | MG_RX_BREAK)) != 0) {
			return true;
		}
	}
	return false;
}

/* Bytes that come so late belong together no more (EN 13757-2: 33 bits of idle). */
static bool is_apart(const struct sniff *sniff, int64_t ended, int64_t begun)
{
	return begun - ended > timing_rest_failed(&sniff->timing);
}

/* What is behind a single character begins a frame, comes later, or is not there. */
static bool stands_alone(const struct sniff *sniff)
{
	struct mg_frame frame;
	size_t length;
	if (sniff->size > 1 && is_apart(sniff, end_of(sniff, 0), sniff->begun[1])) {
		return true;
	}
	enum mg_fault fault =
			mg_frame_parse(sniff->bytes + 1, sniff->size - 1, &frame, &length);
	return fault == MG_FAULT_NONE || fault == MG_FAULT_INCOMPLETE;
}

/* E5h, A2h and short frames occur inside data, too: behind bytes that are no frame, or in
   the midst of some, they prove nothing. */
static bool is_credible(const struct sniff *sniff, const struct mg_frame *frame)
{
	switch (frame->type) {
	case MG_FRAME_ACK:
		return sniff->noise_size == 0 && stands_alone(sniff);
	case MG_FRAME_NACK:
		return sniff->noise_size == 0 && stands_alone(sniff) && sniff->asked &&
			   (sniff->request.c & (FUNCTION | FCV)) == (MG_C_SND_UD2 & FUNCTION);
	case MG_FRAME_SHORT:
		return sniff->noise_size == 0 ||
			   memchr(short_codes, frame->c, sizeof(short_codes)) != NULL;
	default:
		return true;
	}
}

/* Takes what can be told apart; with `last` all of it. */
static void settle(struct sniff *sniff, bool last)
{
	while (sniff->size > 0) {
		struct mg_frame frame;
		size_t length;
		if (sniff->noise_size > 0 &&
				is_apart(sniff, sniff->noise_ended, sniff->begun[0])) {
			report_noise(sniff);
		}
		enum mg_fault fault = mg_frame_parse(sniff->bytes, sniff->size, &frame, &length);
		if (fault == MG_FAULT_INCOMPLETE && !last) {
			return;
		}
		if (fault == MG_FAULT_NONE && !is_flagged(sniff, length) &&
				is_credible(sniff, &frame)) {
			take_frame(sniff, &frame, length);
		} else {
			lose_byte(sniff, fault);
		}
	}
	if (last) {
		report_noise(sniff);
	}
}

static int64_t quiet_from(const struct sniff *sniff)
{
	if (sniff->size > 0) {
		return end_of(sniff, sniff->size - 1);
	}
	return sniff->noise_size > 0 ? sniff->noise_ended : INT64_MAX;
}

int64_t sniff_deadline(const struct sniff *sniff)
{
	int64_t quiet = quiet_from(sniff);
	int64_t deadline =
			quiet == INT64_MAX ? INT64_MAX : quiet + timing_gap(&sniff->timing);
	if (sniff->asked && sniff->size == 0 && silent_from(sniff) < deadline) {
		deadline = silent_from(sniff);
	}
	return deadline;
}

void sniff_tick(struct sniff *sniff, int64_t now)
{
	int64_t quiet = quiet_from(sniff);
	if (quiet != INT64_MAX && now >= quiet + timing_gap(&sniff->timing)) {
		settle(sniff, true);
	}
	if (sniff->asked && sniff->size == 0 && now >= silent_from(sniff)) {
		report_silence(sniff);
	}
}

/* As many as there is room for. Chunks that came at one moment were sent one after
   another; none of their bytes counts as older than those before it. */
static size_t add(struct sniff *sniff, const uint8_t *bytes, size_t size,
		uint32_t rx_flags, int64_t begun)
{
	size_t room = sizeof(sniff->bytes) - sniff->size;
	size_t count = size < room ? size : room;
	for (size_t i = 0; i < count; i++) {
		int64_t time = begun + (int64_t)i * sniff->character;
		sniff->latest = time > sniff->latest ? time : sniff->latest;
		sniff->bytes[sniff->size] = bytes[i];
		sniff->flags[sniff->size] = (uint8_t)rx_flags;
		sniff->begun[sniff->size] = sniff->latest;
		sniff->size++;
	}
	return count;
}

void sniff_feed(struct sniff *sniff, enum sniff_source source, const uint8_t *bytes,
		size_t size, uint32_t rx_flags, int64_t now)
{
	int64_t begun = now - (int64_t)size * sniff->character;
	if (source == SNIFF_MASTER) {
		begun = now; /* handed over now, it is on the wire from now on */
	}
	sniff_tick(sniff, begun);
	if (source != sniff->source || (rx_flags & MG_RX_LOST) != 0) {
		settle(sniff, true);
	}
	sniff->source = source;
	while (size > 0) {
		size_t count = add(sniff, bytes, size, rx_flags, begun);
		bytes += count;
		size -= count;
		begun += (int64_t)count * sniff->character;
		settle(sniff, false);
	}
}

void sniff_end(struct sniff *sniff)
{
	settle(sniff, true);
	report_silence(sniff);
}
