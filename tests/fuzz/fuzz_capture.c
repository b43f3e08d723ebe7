/* SPDX-License-Identifier: MIT */
/* Captures through both readers, the sniffer and the tape: what one reads whole, the
   other reads alike, in whatever pieces it comes. */
#include <stdlib.h>
#include <string.h>

#include <metergate/mbus.h>

#include "capture/capture_format.h"
#include "capture/capture_read.h"
#include "capture/sniff.h"
#include "capture/sniff_text.h"
#include "fuzz.h"
#include "replay/tape.h"
#include "replay/tape_file.h"

#define BYTES_MAX 20000
#define ENTRY_MAX 200
#define START INT64_C(1772366400000000)

/* What came out of a reader, in brief. */
struct digest {
	uint64_t sum; /* of all entries with bytes, in their order */
	size_t events, damages;
	uint64_t damaged;
	int64_t time; /* of the run, which never goes back */
};

static void mix(struct digest *digest, uint64_t number)
{
	digest->sum = (digest->sum ^ number) * 1099511628211u;
}

static void mix_entry(struct digest *digest, unsigned kind, int64_t time,
		const uint8_t *bytes, size_t size)
{
	mix(digest, kind);
	mix(digest, (uint64_t)time);
	mix(digest, size);
	for (size_t i = 0; i < size; i++) {
		mix(digest, bytes[i]);
	}
}

static void take_event(void *data, const struct capture_read_event *event)
{
	struct digest *digest = data;
	digest->events++;
	if (event->kind == CAPTURE_READ_DAMAGE) {
		FUZZ_REQUIRE(event->count > 0 && event->why != NULL);
		digest->damages++;
		digest->damaged += event->count;
		return;
	}
	FUZZ_REQUIRE(event->kind == CAPTURE_READ_RUN || event->time >= digest->time);
	FUZZ_REQUIRE(fuzz_is_line(event->bus, strlen(event->bus)));
	FUZZ_REQUIRE(event->line.baud > 0 && event->size <= CAPTURE_FORMAT_CONTENT_MAX);
	digest->time = event->time;
	if (event->kind == CAPTURE_READ_SENT || event->kind == CAPTURE_READ_RECEIVED) {
		mix_entry(digest, event->kind, event->time, event->bytes, event->size);
	}
}

static struct digest read_in_pieces(const uint8_t *bytes, size_t size, size_t piece)
{
	struct digest digest = { .sum = 1 };
	struct capture_read *reader = malloc(sizeof(*reader));
	FUZZ_REQUIRE(reader != NULL);
	capture_read_init(reader, take_event, &digest);
	for (size_t at = 0; at < size; at += piece) {
		size_t count = size - at < piece ? size - at : piece;
		uint8_t *copy = fuzz_copy(bytes + at, count);
		capture_read_feed(reader, copy, count);
		free(copy);
	}
	capture_read_end(reader);
	free(reader);
	return digest;
}

static struct digest read_as_tape(const uint8_t *bytes, size_t size)
{
	struct digest digest = { .sum = 1 };
	struct tape_file file = { .bytes = { bytes, size } };
	struct tape_file_entry entry;
	while (tape_file_next(&file, &entry)) {
		FUZZ_REQUIRE(entry.content.data >= bytes);
		FUZZ_REQUIRE(entry.content.data + entry.content.size <= bytes + size);
		if (entry.kind == TAPE_FILE_SENT || entry.kind == TAPE_FILE_RECEIVED) {
			mix_entry(&digest, entry.kind, entry.time, entry.content.data,
					entry.content.size);
		}
	}
	FUZZ_REQUIRE(file.damaged <= size);
	digest.damaged = file.damaged;
	return digest;
}

static void check_readers(const uint8_t *bytes, size_t size)
{
	struct digest whole = read_in_pieces(bytes, size, size + 1);
	struct digest pieces = read_in_pieces(bytes, size, 7);
	struct digest tape = read_as_tape(bytes, size);
	FUZZ_REQUIRE(whole.sum == pieces.sum && whole.events == pieces.events);
	FUZZ_REQUIRE(whole.damaged == pieces.damaged && whole.damaged <= size);
	if (whole.damages == 0) {
		FUZZ_REQUIRE(tape.sum == whole.sum && tape.damaged == 0);
	}
}

/* What is sniffed out of a capture. */
struct sniffed {
	struct sniff sniff;
	bool running;
	uint64_t fed, found;
};

static void take_find(void *data, const struct sniff_find *find)
{
	struct sniffed *sniffed = data;
	char text[SNIFF_TEXT_SIZE];
	FUZZ_REQUIRE(find->begun <= find->ended);
	if (find->kind == SNIFF_SILENCE) {
		return;
	}
	sniffed->found += find->kind == SNIFF_NOISE ? find->size : find->bytes.size;
	if (find->kind == SNIFF_REQUEST) {
		sniff_text_request(&find->frame, text);
		FUZZ_REQUIRE(fuzz_is_line(text, strlen(text)));
	}
	FUZZ_REQUIRE(find->request == NULL || find->delay >= 0);
}

static void sniff_event(void *data, const struct capture_read_event *event)
{
	struct sniffed *sniffed = data;
	if (event->kind == CAPTURE_READ_RUN || event->kind == CAPTURE_READ_LINE) {
		if (sniffed->running) {
			sniff_line(&sniffed->sniff, &event->line, 20);
		} else {
			sniff_init(&sniffed->sniff, &event->line, 20, take_find, sniffed);
		}
		sniffed->running = true;
	}
	if (event->kind == CAPTURE_READ_SENT || event->kind == CAPTURE_READ_RECEIVED) {
		sniff_feed(&sniffed->sniff,
				event->kind == CAPTURE_READ_SENT ? SNIFF_MASTER : SNIFF_WIRE,
				event->bytes, event->size, event->rx_flags, event->time);
		sniffed->fed += event->size;
	}
}

/* No byte gets lost; echoes alone are not handed out. */
static void check_sniff(const uint8_t *bytes, size_t size)
{
	struct capture_read *reader = malloc(sizeof(*reader));
	struct sniffed *sniffed = calloc(1, sizeof(*sniffed));
	FUZZ_REQUIRE(reader != NULL && sniffed != NULL);
	capture_read_init(reader, sniff_event, sniffed);
	capture_read_feed(reader, bytes, size);
	capture_read_end(reader);
	if (sniffed->running) {
		sniff_end(&sniffed->sniff);
		FUZZ_REQUIRE(sniffed->found <= sniffed->fed);
		FUZZ_REQUIRE(sniffed->found == sniffed->fed || sniffed->sniff.echoes > 0);
	}
	free(sniffed);
	free(reader);
}

static void check_tape(const uint8_t *bytes, size_t size)
{
	struct tape tape = { .payload = NULL };
	char error[TAPE_ERROR_SIZE] = "";
	bool known;
	if (!tape_parse(&tape, bytes, size, error)) {
		FUZZ_REQUIRE(error[0] != '\0');
		tape_finish(&tape);
		return;
	}
	for (size_t i = 0; i < tape.exchange_count && i < 64; i++) {
		struct mg_bytes request = tape.exchanges[i].request;
		struct tape_exchange *exchange =
				tape_play(&tape, request.data, request.size, true, &known);
		FUZZ_REQUIRE(exchange != NULL && known);
		FUZZ_REQUIRE(exchange->first_piece + exchange->piece_count <= tape.piece_count);
		for (size_t k = 0; k < exchange->piece_count; k++) {
			const struct tape_piece *piece = &tape.pieces[exchange->first_piece + k];
			FUZZ_REQUIRE(piece->after >= 0 && piece->after <= TAPE_ANSWER_MAX);
			FUZZ_REQUIRE(piece->bytes.size > 0);
		}
	}
	tape_finish(&tape);
}

/* A capture whose checksums are right: tag, time, size and content of each entry are from
   the input. Returns its size. */
static size_t build(struct fuzz_input *input, uint8_t *bytes, size_t room)
{
	const struct capture_format_head head = { START,
		{ sizeof(struct mg_line), 2400, 8, 'E', 1, 0 }, "cellar" };
	size_t size = capture_format_head(&head, bytes);
	while (input->left > 0 && size + capture_format_room(ENTRY_MAX) < room) {
		uint8_t tag = fuzz_byte(input);
		size_t taken, wanted = fuzz_byte(input) % ENTRY_MAX;
		struct capture_format_entry entry = {
			.kind = (enum capture_format_kind)(tag & CAPTURE_FORMAT_KIND),
			.rx_flags = tag >> CAPTURE_FORMAT_FLAGS_SHIFT,
			.delta = (int64_t)fuzz_byte(input) << (fuzz_byte(input) % 40),
		};
		entry.content = fuzz_take(input, wanted, &taken);
		entry.size = taken;
		size += capture_format_entry(&entry, bytes + size);
	}
	return size;
}

static void check(const uint8_t *bytes, size_t size)
{
	uint8_t *copy = fuzz_copy(bytes, size);
	check_readers(copy, size);
	check_sniff(copy, size);
	check_tape(copy, size);
	free(copy);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static uint8_t built[BYTES_MAX];
	struct fuzz_input input = { data, size };
	if (size < BYTES_MAX && fuzz_byte(&input) % 2 == 0) {
		check(input.data, input.left);
	} else if (size < BYTES_MAX) {
		check(built, build(&input, built, sizeof(built)));
	}
	return 0;
}
