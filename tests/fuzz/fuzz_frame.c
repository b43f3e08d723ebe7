/* SPDX-License-Identifier: MIT */
/* Link frames as bytes come in: mg_frame_parse() at every size, link_feed() at every
   split. */
#include <stdlib.h>
#include <string.h>

#include <metergate/mbus.h>
#include <metergate/plugin.h>
#include <sanitizer/asan_interface.h>

#include "link/link.h"
#include "fuzz.h"

#define LONG_START 0x68
#define LONG_LEAST 9

#define BYTES_MAX 600
#define HEAD_SIZES 10 /* C, A and CI end with the seventh byte */

struct verdict {
	enum mg_fault fault;
	struct mg_frame frame;
	size_t length;
};

/* Looks at the first `size` bytes while those behind them must not be read. */
static struct verdict look(uint8_t *bytes, size_t size, size_t room)
{
	struct verdict verdict;
	ASAN_POISON_MEMORY_REGION(bytes + size, room - size);
	verdict.fault = mg_frame_parse(bytes, size, &verdict.frame, &verdict.length);
	ASAN_UNPOISON_MEMORY_REGION(bytes + size, room - size);
	return verdict;
}

static void check_built(const struct verdict *verdict, const uint8_t *bytes)
{
	uint8_t built[MG_FRAME_MAX];
	FUZZ_REQUIRE(
			mg_frame_build(&verdict->frame, built, sizeof(built)) == verdict->length);
	FUZZ_REQUIRE(memcmp(built, bytes, verdict->length) == 0);
	FUZZ_REQUIRE(mg_frame_build(&verdict->frame, built, verdict->length - 1) == 0);
}

static void check_frame(const struct verdict *verdict, const uint8_t *bytes)
{
	const struct mg_bytes *data = &verdict->frame.data;
	FUZZ_REQUIRE(verdict->length > 0 && verdict->length <= MG_FRAME_MAX);
	FUZZ_REQUIRE(verdict->frame.type >= MG_FRAME_ACK);
	if (verdict->frame.type == MG_FRAME_LONG) {
		FUZZ_REQUIRE(data->data == bytes + 7);
		FUZZ_REQUIRE(data->size + 9 == verdict->length);
	} else {
		FUZZ_REQUIRE(data->size == 0);
	}
	check_built(verdict, bytes);
}

static void check_verdict(
		const struct verdict *verdict, const uint8_t *bytes, size_t size)
{
	FUZZ_REQUIRE(verdict->fault != MG_FAULT_END);
	if (verdict->fault == MG_FAULT_INCOMPLETE) {
		FUZZ_REQUIRE(verdict->length > size && verdict->length <= MG_FRAME_MAX);
	} else if (verdict->fault == MG_FAULT_NONE) {
		FUZZ_REQUIRE(verdict->length <= size);
		check_frame(verdict, bytes);
	} else {
		FUZZ_REQUIRE(verdict->length < size);
	}
}

/* The next size to look at: each one while it is about the head of a frame, later only
   those around `edge` and some that `step` picks. */
static size_t next_size(size_t n, size_t size, size_t edge, size_t step)
{
	size_t next = n < HEAD_SIZES ? n + 1 : n + 1 + 4 * step;
	if (n < edge && next >= edge) {
		next = n + 1 < edge ? edge - 1 : edge;
	}
	return next <= size || n >= size ? next : size;
}

/* Once it is decided what bytes are, no further byte changes that; a frame is not there
   before the number of bytes that was asked for. Returns the last verdict. */
static struct verdict check_growth(uint8_t *bytes, size_t size, size_t step)
{
	struct verdict last = look(bytes, 0, size);
	check_verdict(&last, bytes, 0);
	for (size_t n = 1; n <= size; n = next_size(n, size, last.length, step)) {
		struct verdict now = look(bytes, n, size);
		check_verdict(&now, bytes, n);
		if (last.fault != MG_FAULT_INCOMPLETE) {
			FUZZ_REQUIRE(now.fault == last.fault && now.length == last.length);
		} else if (now.fault == MG_FAULT_NONE) {
			FUZZ_REQUIRE(n >= last.length);
		}
		last = now;
	}
	return last;
}

/* What the link has to find: noise, echo, noise, then whatever is there. */
struct expected {
	size_t noise;
	bool echoed;
	size_t start; /* of the answer */
};

static size_t noise_at(const uint8_t *bytes, size_t size, size_t most)
{
	size_t count = 0;
	while (count < size && count < most && (bytes[count] == 0 || bytes[count] == 0xFF)) {
		count++;
	}
	return count;
}

/* The request on its way back, as far as it goes: its first byte, and of the others one
   in eight may be wrong, and one more. */
static bool resembles(const uint8_t *bytes, size_t size, const uint8_t *sent)
{
	size_t wrong = 0;
	for (size_t i = 1; i < size; i++) {
		wrong += bytes[i] != sent[i];
		if (wrong > 1 + i / 8) {
			return false;
		}
	}
	return size > 0 && bytes[0] == sent[0];
}

/* Only what no slave sends may come back more than once. */
static bool may_come_again(const uint8_t *sent, size_t sent_size)
{
	size_t c = sent_size > 0 && sent[0] == 0x68 ? 4 : 1;
	return c < sent_size && (sent[c] & MG_C_PRM) != 0;
}

static struct expected expect(
		const uint8_t *bytes, size_t size, const uint8_t *sent, size_t sent_size)
{
	struct expected e = { .noise = noise_at(bytes, size, LINK_NOISE_MAX) };
	e.start = e.noise;
	while (sent_size > 0 && size - e.start >= sent_size &&
			(!e.echoed || may_come_again(sent, sent_size)) &&
			resembles(bytes + e.start, sent_size, sent)) {
		e.echoed = true;
		e.start += sent_size;
		size_t more = noise_at(bytes + e.start, size - e.start, LINK_NOISE_MAX - e.noise);
		e.noise += more;
		e.start += more;
	}
	return e;
}

static bool may_be_echo(const uint8_t *bytes, size_t size, const struct expected *e,
		const uint8_t *sent, size_t sent_size)
{
	return (!e->echoed || may_come_again(sent, sent_size)) && sent_size > 0 &&
		   size - e->start < sent_size &&
		   resembles(bytes + e->start, size - e->start, sent);
}

static void check_answer(const struct link *link, enum link_verdict verdict,
		const uint8_t *answer, size_t size)
{
	struct verdict wanted;
	wanted.fault = mg_frame_parse(answer, size, &wanted.frame, &wanted.length);
	if (wanted.fault == MG_FAULT_NONE) {
		FUZZ_REQUIRE(verdict == LINK_FRAME && link->length == wanted.length);
		FUZZ_REQUIRE(link->surplus == size - wanted.length);
		FUZZ_REQUIRE(link->frame.type == wanted.frame.type);
		FUZZ_REQUIRE(memcmp(link->bytes, answer, wanted.length) == 0);
	} else if (wanted.fault == MG_FAULT_INCOMPLETE) {
		/* A long frame has 9 bytes at least, whatever its length field will say. */
		size_t least = answer[0] == LONG_START && wanted.length < LONG_LEAST
							   ? LONG_LEAST
							   : wanted.length;
		FUZZ_REQUIRE(verdict == LINK_PARTIAL);
		FUZZ_REQUIRE(link->missing == least - size);
	} else {
		FUZZ_REQUIRE(verdict == LINK_FAULT && link->fault == wanted.fault);
	}
}

/* Feeds in pieces of 1 ... step bytes; all at once when `step` is 0. */
static enum link_verdict feed(
		struct link *link, const uint8_t *bytes, size_t size, size_t step)
{
	enum link_verdict verdict = link_feed(link, bytes, 0, 0);
	FUZZ_REQUIRE(verdict == LINK_NOTHING);
	for (size_t at = 0, turn = 0; at < size; turn++) {
		size_t piece = step == 0 ? size : 1 + turn % step;
		piece = piece < size - at ? piece : size - at;
		uint8_t *copy = fuzz_copy(bytes + at, piece);
		enum link_verdict next = link_feed(link, copy, piece, 0);
		free(copy);
		FUZZ_REQUIRE(next >= verdict || verdict == LINK_PARTIAL);
		verdict = next;
		at += piece;
	}
	return verdict;
}

static void check_link(const uint8_t *bytes, size_t size, const uint8_t *sent,
		size_t sent_size, size_t step)
{
	struct link link;
	link_begin(&link, sent, sent_size);
	enum link_verdict verdict = feed(&link, bytes, size, step);
	struct expected e = expect(bytes, size, sent, sent_size);
	if (step == 0 && size > LINK_BUFFER && e.echoed) {
		return; /* what did not fit before the echo was dropped is lost */
	}
	if (size == e.start || may_be_echo(bytes, size, &e, sent, sent_size)) {
		FUZZ_REQUIRE(verdict == LINK_NOTHING);
		return;
	}
	FUZZ_REQUIRE(link.echoed == e.echoed && link.noise == e.noise);
	FUZZ_REQUIRE(!link_echo_open(&link));
	check_answer(&link, verdict, bytes + e.start, size - e.start);
}

/* Bytes that the transport calls damaged never become a frame. */
static void check_flags(const uint8_t *bytes, size_t size, uint32_t flags)
{
	struct link link;
	link_begin(&link, NULL, 0);
	enum link_verdict verdict = link_feed(&link, bytes, size, flags);
	FUZZ_REQUIRE(flags == 0 || verdict != LINK_FRAME);
}

/* Input: step of the pieces, flags, size of the request, request, then what comes in. A
   request of size FFh is what comes in itself, as far as it is a frame. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_input input = { data, size };
	size_t step = fuzz_byte(&input), sent_size, room;
	uint32_t flags = fuzz_byte(&input) & 7u;
	size_t wanted = fuzz_byte(&input);
	const uint8_t *sent = fuzz_take(&input, wanted == 0xFF ? 0 : wanted, &sent_size);
	const uint8_t *rest = fuzz_take(&input, BYTES_MAX, &room);
	uint8_t *bytes = fuzz_copy(rest, room);
	struct verdict verdict = check_growth(bytes, room, step);
	if (wanted == 0xFF && verdict.fault == MG_FAULT_NONE) {
		sent = bytes;
		sent_size = verdict.length;
	}
	check_link(bytes, room, sent, sent_size, step);
	check_link(bytes, room, sent, sent_size, 0);
	check_flags(bytes, room, flags);
	free(bytes);
	return 0;
}
