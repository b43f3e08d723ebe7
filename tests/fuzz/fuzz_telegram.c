/* SPDX-License-Identifier: MIT */
/* Telegrams: header, records and their texts, the reading made of them, and that reading
   in every format. */
#include <stdlib.h>
#include <string.h>

#include <metergate/mbus.h>

#include "bus/assemble.h"
#include "link/telegrams.h"
#include "check_json.h"
#include "check_msgpack.h"
#include "check_telegram.h"
#include "fuzz.h"
#include "route/encode.h"

#define TELEGRAMS_MAX 4
#define HEAD_SIZE 3 /* C, A, CI */
#define DATA_MAX 252
#define COLUMNS 16

enum { INPUT_RAW = 1, INPUT_COMMON = 2, INPUT_UNFRAMED = 4 };

struct readout {
	struct mg_bytes frames[TELEGRAMS_MAX];
	size_t count;
	size_t records; /* that all frames together hold */
};

static size_t check_frame(struct mg_bytes bytes)
{
	struct mg_frame frame;
	struct mg_telegram telegram;
	struct telegrams_facts facts;
	size_t length;
	if (mg_frame_parse(bytes.data, bytes.size, &frame, &length) != MG_FAULT_NONE) {
		return 0;
	}
	telegrams_look(&frame, &facts);
	enum mg_fault fault = mg_telegram_parse(&frame, &telegram);
	if (frame.type != MG_FRAME_LONG) {
		FUZZ_REQUIRE(fault == MG_FAULT_NOT_A_RESPONSE);
		return 0;
	}
	check_telegram_head(&telegram, fault, (struct mg_bytes){ bytes.data, length });
	if (fault != MG_FAULT_NONE) {
		return 0;
	}
	size_t count =
			check_telegram_records(&telegram, (struct mg_bytes){ bytes.data, length });
	return length == bytes.size ? count : 0;
}

/* C, A, CI and data of the input become a frame with right lengths and checksum. */
static void add_framed(struct readout *readout, const uint8_t *bytes, size_t size)
{
	uint8_t built[MG_FRAME_MAX];
	struct mg_frame parsed;
	struct mg_frame frame = {
		.type = MG_FRAME_LONG,
		.c = bytes[0],
		.a = bytes[1],
		.ci = bytes[2],
		.data = { bytes + HEAD_SIZE, size - HEAD_SIZE },
	};
	size_t length = mg_frame_build(&frame, built, sizeof(built)), again;
	FUZZ_REQUIRE(length == size + 6);
	uint8_t *copy = fuzz_copy(built, length);
	FUZZ_REQUIRE(mg_frame_parse(copy, length, &parsed, &again) == MG_FAULT_NONE);
	FUZZ_REQUIRE(again == length && parsed.ci == frame.ci);
	readout->frames[readout->count++] = (struct mg_bytes){ copy, length };
}

static void add_telegrams(
		struct readout *readout, struct fuzz_input *input, bool unframed)
{
	while (input->left > 0 && readout->count < TELEGRAMS_MAX) {
		size_t size = fuzz_byte(input);
		const uint8_t *bytes = fuzz_take(input, size, &size);
		size = size < HEAD_SIZE + DATA_MAX ? size : HEAD_SIZE + DATA_MAX;
		if (unframed || size < HEAD_SIZE) {
			readout->frames[readout->count++] =
					(struct mg_bytes){ fuzz_copy(bytes, size), size };
		} else {
			add_framed(readout, bytes, size);
		}
	}
}

static void check_view_record(const struct mg_record *record)
{
	bool has_text = record->type >= MG_TYPE_WIDE && record->type <= MG_TYPE_TIME;
	FUZZ_REQUIRE(fuzz_is_text(record->name, strlen(record->name), 0x21));
	FUZZ_REQUIRE(fuzz_is_text(record->unit, strlen(record->unit), 1));
	FUZZ_REQUIRE(
			record->quality != MG_QUALITY_GOOD || (record->text != NULL) == has_text);
	FUZZ_REQUIRE(record->quality == MG_QUALITY_GOOD || record->type == MG_TYPE_NONE);
	FUZZ_REQUIRE((record->quality == MG_QUALITY_GOOD) == (record->reason == NULL));
}

static int compare_names(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void check_names(const struct mg_reading *view)
{
	const char **names = calloc(view->record_count + 1, sizeof(*names));
	FUZZ_REQUIRE(names != NULL);
	for (uint32_t i = 0; i < view->record_count; i++) {
		names[i] = mg_reading_record(view, i)->name;
	}
	qsort(names, view->record_count, sizeof(*names), compare_names);
	for (uint32_t i = 1; i < view->record_count; i++) {
		FUZZ_REQUIRE(strcmp(names[i - 1], names[i]) != 0);
	}
	free(names);
}

static void check_view(const struct mg_reading *view, const struct readout *readout)
{
	FUZZ_REQUIRE(view->record_count == readout->records);
	FUZZ_REQUIRE(view->telegram_count == readout->count);
	for (uint32_t i = 0; i < view->record_count; i++) {
		check_view_record(mg_reading_record(view, i));
	}
	check_names(view);
	for (uint32_t i = 0; i < view->telegram_count; i++) {
		const struct mg_bytes *bytes = &readout->frames[i];
		FUZZ_REQUIRE(view->telegrams[i].size == bytes->size);
		FUZZ_REQUIRE(bytes->size == 0 ||
					 memcmp(view->telegrams[i].data, bytes->data, bytes->size) == 0);
	}
	FUZZ_REQUIRE(view->error == NULL || fuzz_is_line(view->error, strlen(view->error)));
	FUZZ_REQUIRE(view->error_offset <= MG_FRAME_MAX);
}

/* One row of a table: 16 columns, quotes in pairs. */
static void check_row(const char *row, size_t length)
{
	size_t columns = 1;
	bool quoted = false;
	FUZZ_REQUIRE(fuzz_is_line(row, length));
	for (size_t i = 0; i < length; i++) {
		if (row[i] == '"') {
			quoted = !quoted;
		} else if (!quoted && row[i] == ',') {
			columns++;
		}
	}
	FUZZ_REQUIRE(!quoted && columns == COLUMNS);
}

/* Rows that end in CR LF (RFC 4180); returns how many. */
static size_t check_csv(const char *text, size_t length)
{
	size_t rows = 0;
	const char *end;
	FUZZ_REQUIRE(strlen(text) == length);
	for (; (end = strstr(text, "\r\n")) != NULL; text = end + 2) {
		check_row(text, (size_t)(end - text));
		rows++;
	}
	FUZZ_REQUIRE(*text == '\0');
	return rows;
}

static void check_formats(
		const struct mg_reading *view, const struct encode_options *options)
{
	struct encode_buffer buffer = { 0 };
	struct check_facts json, msgpack;
	FUZZ_REQUIRE(encode_reading(&buffer, MG_FORMAT_JSON, view, options));
	FUZZ_REQUIRE(strlen(buffer.data) == buffer.length);
	FUZZ_REQUIRE(check_json(buffer.data, buffer.length, &json));
	FUZZ_REQUIRE(json.records == view->record_count);
	FUZZ_REQUIRE(encode_reading(&buffer, MG_FORMAT_MSGPACK, view, options));
	FUZZ_REQUIRE(check_msgpack((const uint8_t *)buffer.data, buffer.length, &msgpack));
	FUZZ_REQUIRE(msgpack.records == json.records && msgpack.keys == json.keys);
	FUZZ_REQUIRE(encode_reading(&buffer, MG_FORMAT_TEXT, view, options));
	FUZZ_REQUIRE(fuzz_is_line(buffer.data, buffer.length));
	size_t extra = (view->error != NULL) + (size_t)(view->app_error >= 0) +
				   (size_t)(view->alarm >= 0);
	if (view->record_count + extra > 0) {
		FUZZ_REQUIRE(encode_reading(&buffer, MG_FORMAT_CSV, view, options));
		FUZZ_REQUIRE(check_csv(buffer.data, buffer.length) == view->record_count + extra);
	}
	encode_finish(&buffer);
}

static void check_reading(const struct readout *readout, unsigned flags)
{
	const struct mg_tag tag = { "floor", "2,\"b\"" };
	const struct assemble_context context = {
		.bus = "cellar",
		.device = "heat-1",
		.label = "Flat\t\xFF 3",
		.tags = &tag,
		.tag_count = 1,
		.time = 1795327200123456,
		.error = (flags & 8) != 0 ? "second telegram: no answer" : NULL,
	};
	const struct encode_options options = {
		.raw = (flags & INPUT_RAW) != 0,
		.common_units = (flags & INPUT_COMMON) != 0,
	};
	struct reading *reading = assemble_reading(readout->frames, readout->count, &context);
	FUZZ_REQUIRE(reading != NULL);
	check_view(reading_view(reading), readout);
	check_formats(reading_view(reading), &options);
	reading_unref(reading);
}

/* Input: flags, then for each telegram its size and what stands from C on. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_input input = { data, size };
	struct readout readout = { .count = 0 };
	unsigned flags = fuzz_byte(&input);
	add_telegrams(&readout, &input, (flags & INPUT_UNFRAMED) != 0);
	for (size_t i = 0; i < readout.count; i++) {
		readout.records += check_frame(readout.frames[i]);
	}
	check_reading(&readout, flags);
	for (size_t i = 0; i < readout.count; i++) {
		free((void *)(uintptr_t)readout.frames[i].data);
	}
	return 0;
}
