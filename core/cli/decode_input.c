/* SPDX-License-Identifier: MIT */
/*
 * Takes the contents of a file apart into telegrams. What a file is shows in its first
 * bytes: no text begins with a byte that begins a telegram, but for 68h, the letter h.
 */
#include "cli/decode_input.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/decode_capture.h"
#include "cli/decode_line.h"
#include "cli/decode_loose.h"
#include "cli/decode_scan.h"

#define LOOK_SIZE 4 /* bytes that tell what the file is */
#define HEAD_SIZE 4 /* 68 L L 68 */
#define CAPTURE_LOOK "\x89MGC"

enum kind {
	KIND_UNKNOWN,
	KIND_TEXT,
	KIND_BINARY,
	KIND_UTF16,
	KIND_CAPTURE,
};

struct decode_input {
	struct decode_input_options options;
	decode_item_fn take;
	void *context;
	enum kind kind;
	uint8_t look[LOOK_SIZE]; /* the first bytes, until the kind is known */
	size_t look_size;

	char text[DECODE_LINE_SIZE]; /* the line that is being collected */
	size_t length;
	bool too_long;
	size_t number; /* of that line, from 1 */

	struct decode_line line; /* what it held */
	/* With `loose`: a telegram whose first lines were read. */
	uint8_t pending[MG_FRAME_MAX];
	size_t pending_size, pending_number;
	struct decode_scan scan; /* of a binary file, or of a dump with offsets */
	uint64_t dump_size;      /* bytes of the dump so far; 0 outside of one */
	size_t dump_number;      /* its first line */
	struct decode_capture *capture;
};

static void give_wrong(
		struct decode_input *input, const char *place, size_t offset, const char *what)
{
	char wrong[DECODE_INPUT_WRONG_SIZE];
	snprintf(wrong, sizeof(wrong), "%s: %s", place, what);
	const struct decode_item item = { .place = place, .wrong = wrong, .offset = offset };
	input->take(input->context, &item);
}

static void name_line(const struct decode_input *input, size_t number, char *place)
{
	snprintf(place, DECODE_INPUT_PLACE_SIZE, "%.256s:%zu", input->options.name, number);
}

static void give_line_wrong(struct decode_input *input, size_t column, const char *what)
{
	char place[DECODE_INPUT_PLACE_SIZE];
	snprintf(place, sizeof(place), "%.256s:%zu:%zu", input->options.name, input->number,
			column);
	give_wrong(input, place, column - 1, what);
}

/* What helps when a line holds less or more than one telegram. */
static const char *hint_of(
		const struct decode_input *input, const uint8_t *bytes, size_t size)
{
	struct mg_frame frame;
	size_t length;
	enum mg_fault fault = mg_frame_parse(bytes, size, &frame, &length);
	if (fault == MG_FAULT_INCOMPLETE) {
		return input->options.loose ? NULL : "--loose takes telegrams over several lines";
	}
	if (fault != MG_FAULT_NONE || length == size) {
		return NULL;
	}
	fault = mg_frame_parse(bytes + length, size - length, &frame, &length);
	return fault == MG_FAULT_START ? NULL
								   : "put each telegram on a line of its own, or make "
									 "bytes of the digits: "
									 "xxd -r -p FILE | metergate decode --binary";
}

static void give_telegram(struct decode_input *input, size_t number, const uint8_t *bytes,
		size_t size, const struct secure_key *key)
{
	char place[DECODE_INPUT_PLACE_SIZE];
	name_line(input, number, place);
	const struct decode_item item = {
		.place = place,
		.telegram = { bytes, size },
		.key = key,
		.hint = hint_of(input, bytes, size),
	};
	input->take(input->context, &item);
}

/* For decode_scan_init(). */
static void take_find(void *context, const struct decode_scan_find *find)
{
	struct decode_input *input = context;
	char place[DECODE_INPUT_PLACE_SIZE], what[160];
	if (input->kind == KIND_BINARY) {
		snprintf(place, sizeof(place), "%.256s, offset %" PRIu64, input->options.name,
				find->offset);
	} else {
		snprintf(place, sizeof(place), "%.256s:%zu, offset %" PRIu64, input->options.name,
				input->dump_number, find->offset);
	}
	if (find->telegram.size > 0) {
		const struct decode_item item = { .place = place, .telegram = find->telegram };
		input->take(input->context, &item);
		return;
	}
	snprintf(what, sizeof(what), "%" PRIu64 " byte%s that belong%s to no telegram: %s",
			find->size, find->size == 1 ? "" : "s", find->size == 1 ? "s" : "",
			mg_fault_text(find->fault));
	give_wrong(input, place, (size_t)find->offset, what);
}

static void end_dump(struct decode_input *input)
{
	if (input->dump_size > 0) {
		decode_scan_end(&input->scan);
		input->dump_size = 0;
	}
}

static void end_pending(struct decode_input *input, const struct secure_key *key)
{
	size_t size = input->pending_size;
	if (size > 0) {
		input->pending_size = 0;
		give_telegram(input, input->pending_number, input->pending, size, key);
	}
}

/* What the line held cannot go on with a telegram that has begun. */
static bool begins_anew(const struct decode_input *input)
{
	struct mg_frame frame;
	size_t length;
	enum mg_fault fault =
			mg_frame_parse(input->line.bytes, input->line.size, &frame, &length);
	return input->pending_size == 0 ||
		   input->pending_size + input->line.size > sizeof(input->pending) ||
		   (fault == MG_FAULT_NONE && length == input->line.size && length > 1);
}

static bool wants_more(const uint8_t *bytes, size_t size)
{
	struct mg_frame frame;
	size_t length;
	return mg_frame_parse(bytes, size, &frame, &length) == MG_FAULT_INCOMPLETE;
}

/* Where a long frame begins by its first four bytes, behind others; 0 for nowhere. */
static size_t head_behind(const uint8_t *bytes, size_t size)
{
	for (size_t at = 1; at + HEAD_SIZE <= size; at++) {
		const uint8_t *head = bytes + at;
		if (head[0] == 0x68 && head[1] == head[2] && head[3] == 0x68) {
			return at;
		}
	}
	return 0;
}

/* A time in front of a telegram looks like bytes of it. Answers false when the line,
   which is the first of a telegram, cannot begin one. */
static bool check_front(struct decode_line *line)
{
	struct mg_frame frame;
	size_t length, at;
	enum mg_fault fault = mg_frame_parse(line->bytes, line->size, &frame, &length);
	if (fault == MG_FAULT_NONE || fault == MG_FAULT_INCOMPLETE ||
			line->bytes[0] == 0x68) {
		return true;
	}
	at = head_behind(line->bytes, line->size);
	if (at == 0 && fault != MG_FAULT_START) {
		return true;
	}
	return decode_line_refuse(line, line->start,
			"no telegram begins with this %02Xh%s; take away what stands in front of the "
			"telegram, such as a time",
			line->bytes[0], at > 0 ? ", but one does further on" : "");
}

/* Adds the line to the telegram that has begun, or begins one. */
static void join_line(struct decode_input *input)
{
	struct decode_line *line = &input->line;
	const struct secure_key *key = line->has_key ? &line->key : NULL;
	if (begins_anew(input)) {
		end_pending(input, NULL);
		input->pending_number = input->number;
	}
	if (line->size > sizeof(input->pending)) {
		give_telegram(input, input->number, line->bytes, line->size, key);
		return;
	}
	memcpy(input->pending + input->pending_size, line->bytes, line->size);
	input->pending_size += line->size;
	if (key != NULL || !wants_more(input->pending, input->pending_size)) {
		end_pending(input, key);
	}
}

/* True when the line is part of a dump with offsets. */
static bool read_dump_line(struct decode_input *input)
{
	if (!decode_loose_read_dump(input->text, input->dump_size, &input->line)) {
		end_dump(input);
		/* Not the next line of that dump, but maybe the first one of another. */
		if (!decode_loose_read_dump(input->text, 0, &input->line)) {
			return false;
		}
	}
	end_pending(input, NULL);
	if (input->line.wrong[0] != '\0') {
		end_dump(input);
		give_line_wrong(input, input->line.column, input->line.wrong);
		return true;
	}
	if (input->dump_size == 0) {
		input->dump_number = input->number;
	}
	input->dump_size += input->line.size;
	decode_scan_feed(&input->scan, input->line.bytes, input->line.size);
	return true;
}

static void read_loose_line(struct decode_input *input)
{
	if (read_dump_line(input)) {
		return;
	}
	bool right = decode_loose_read(input->text, &input->line);
	bool empty = input->text[strspn(input->text, " \t")] == '\0' ||
				 input->text[strspn(input->text, " \t")] == '#';
	if (!right || empty) {
		end_pending(input, NULL);
	}
	if (right && input->line.size > 0 && input->pending_size == 0) {
		right = check_front(&input->line);
	}
	if (!right) {
		give_line_wrong(input, input->line.column, input->line.wrong);
	} else if (input->line.size > 0) {
		join_line(input);
	}
}

static void read_strict_line(struct decode_input *input)
{
	struct decode_line *line = &input->line;
	if (!decode_line_read(input->text, line)) {
		give_line_wrong(input, line->column, line->wrong);
	} else if (line->size > 0) {
		give_telegram(input, input->number, line->bytes, line->size,
				line->has_key ? &line->key : NULL);
	}
}

/* The line is complete; its end is not part of it. */
static void end_line(struct decode_input *input)
{
	if (input->length > 0 && input->text[input->length - 1] == '\r') {
		input->length--;
	}
	input->text[input->length] = '\0';
	input->number++;
	if (input->too_long) {
		give_line_wrong(input, DECODE_LINE_SIZE,
				"the line is too long for one telegram; put each on a line of its own");
	} else if (memchr(input->text, '\0', input->length) != NULL) {
		give_line_wrong(input, strlen(input->text) + 1,
				"byte 00h is no hex digit; --binary takes telegrams as bytes");
	} else if (input->options.loose) {
		read_loose_line(input);
	} else {
		read_strict_line(input);
	}
	input->length = 0;
	input->too_long = false;
}

static void feed_text(struct decode_input *input, const uint8_t *bytes, size_t size)
{
	for (size_t i = 0; i < size; i++) {
		if (bytes[i] == '\n') {
			end_line(input);
		} else if (input->length + 1 < sizeof(input->text)) {
			input->text[input->length++] = (char)bytes[i];
		} else {
			input->too_long = true;
		}
	}
}

static bool is_text(uint8_t byte)
{
	return (byte >= 0x20 && byte < 0x7F) || byte == '\t' || byte == '\r' || byte == '\n';
}

/* Every second byte is 0, as in UTF-16 without a mark; true for a single byte. */
static bool alternates(const uint8_t *bytes, size_t size)
{
	size_t zero = size > 0 && bytes[0] == 0 ? 0 : 1;
	for (size_t i = 0; i < size; i++) {
		if (i % 2 == zero ? bytes[i] != 0 : !is_text(bytes[i])) {
			return false;
		}
	}
	return size > 0;
}

/* What a file is that begins like no telegram. */
static enum kind look_at_text(const uint8_t *bytes, size_t size, bool last)
{
	static const uint8_t low_first[] = { 0xFF, 0xFE }, high_first[] = { 0xFE, 0xFF };
	if (size >= sizeof(low_first) &&
			(memcmp(bytes, low_first, sizeof(low_first)) == 0 ||
					memcmp(bytes, high_first, sizeof(high_first)) == 0)) {
		return KIND_UTF16;
	}
	bool mark = size == 1 && bytes[0] >= 0xFE;
	if (size == LOOK_SIZE || last || (!mark && !alternates(bytes, size))) {
		return size == LOOK_SIZE && alternates(bytes, size) ? KIND_UTF16 : KIND_TEXT;
	}
	return KIND_UNKNOWN;
}

/* Looks at what is there of the first bytes; UNKNOWN when that is not enough. */
static enum kind look_at(const uint8_t *bytes, size_t size, bool last)
{
	if (size > 0 && memchr("\x10\xE5\xA2", bytes[0], 3) != NULL) {
		return KIND_BINARY;
	}
	if (size > 0 && memcmp(bytes, CAPTURE_LOOK, size) == 0) {
		return size == LOOK_SIZE || last ? KIND_CAPTURE : KIND_UNKNOWN;
	}
	if (size == 0 || bytes[0] != 0x68) {
		return look_at_text(bytes, size, last);
	}
	for (size_t i = 1; i < size; i++) {
		if (!is_text(bytes[i])) {
			return KIND_BINARY;
		}
	}
	if (size < LOOK_SIZE) {
		return last ? KIND_TEXT : KIND_UNKNOWN;
	}
	return bytes[1] == bytes[2] && bytes[3] == 0x68 ? KIND_BINARY : KIND_TEXT;
}

static void feed_known(struct decode_input *input, const uint8_t *bytes, size_t size)
{
	if (input->kind == KIND_BINARY) {
		decode_scan_feed(&input->scan, bytes, size);
	} else if (input->kind == KIND_TEXT) {
		feed_text(input, bytes, size);
	} else if (input->kind == KIND_CAPTURE) {
		decode_capture_feed(input->capture, bytes, size);
	}
}

static void refuse_utf16(struct decode_input *input)
{
	input->number = 1;
	give_line_wrong(input, 1,
			"the file is UTF-16; save it as UTF-8 or plain text, or convert it: iconv -f "
			"UTF-16 -t UTF-8 FILE | metergate decode");
}

static void settle_kind(struct decode_input *input, bool last)
{
	static const uint8_t mark[] = { 0xEF, 0xBB, 0xBF }; /* of UTF-8, no character */
	size_t skip = 0;
	input->kind = look_at(input->look, input->look_size, last);
	if (input->kind == KIND_TEXT && input->look_size >= sizeof(mark) &&
			memcmp(input->look, mark, sizeof(mark)) == 0) {
		skip = sizeof(mark);
	}
	if (input->kind == KIND_UTF16) {
		refuse_utf16(input);
	} else if (input->kind != KIND_UNKNOWN) {
		feed_known(input, input->look + skip, input->look_size - skip);
	}
}

void decode_input_feed(struct decode_input *input, const void *data, size_t size)
{
	const uint8_t *bytes = data;
	while (size > 0 && input->kind == KIND_UNKNOWN) {
		input->look[input->look_size++] = *bytes++;
		size--;
		/* The mark of UTF-8 has to be seen whole. */
		if (input->look[0] != 0xEF || input->look_size == 3) {
			settle_kind(input, false);
		}
	}
	if (size > 0) {
		feed_known(input, bytes, size);
	}
}

void decode_input_end(struct decode_input *input)
{
	if (input->kind == KIND_UNKNOWN) {
		settle_kind(input, true);
	}
	if (input->length > 0 || input->too_long) {
		end_line(input);
	}
	end_pending(input, NULL);
	end_dump(input);
	if (input->kind == KIND_BINARY) {
		decode_scan_end(&input->scan);
	} else if (input->kind == KIND_CAPTURE) {
		decode_capture_end(input->capture);
	}
}

struct decode_input *decode_input_create(
		const struct decode_input_options *options, decode_item_fn take, void *context)
{
	struct decode_input *input = calloc(1, sizeof(*input));
	if (input == NULL) {
		return NULL;
	}
	input->options = *options;
	input->take = take;
	input->context = context;
	input->kind = options->binary ? KIND_BINARY : KIND_UNKNOWN;
	decode_scan_init(&input->scan, take_find, input);
	input->capture = decode_capture_create(options, take, context);
	if (input->capture == NULL) {
		decode_input_destroy(input);
		return NULL;
	}
	return input;
}

void decode_input_destroy(struct decode_input *input)
{
	if (input != NULL) {
		decode_capture_destroy(input->capture);
	}
	free(input);
}
