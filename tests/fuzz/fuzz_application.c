/* SPDX-License-Identifier: MIT */
/*
 * The application layer alone, as quick as can be: header and records of any telegram,
 * their texts and formats, compact telegrams made whole, decrypted ones read. What the
 * values have to be is looked at by fuzz_telegram and fuzz_roundtrip.
 */
#include <stdlib.h>
#include <string.h>

#include <metergate/mbus.h>

#include "fuzz.h"

#define HEAD_SIZE 2 /* C and CI */
#define DATA_MAX 252

static void check_texts(const struct mg_data_record *record)
{
	char text[MG_TEXT_SIZE];
	FUZZ_REQUIRE(mg_value_text(record, text, sizeof(text)) < sizeof(text));
	FUZZ_REQUIRE(mg_shown_text(record, text, sizeof(text)) < sizeof(text));
	FUZZ_REQUIRE(mg_unit_text(record, text, sizeof(text)) < sizeof(text));
	size_t length = mg_record_name(record, text, MG_NAME_SIZE);
	FUZZ_REQUIRE(length > 0 && length < MG_NAME_SIZE && text[length] == '\0');
}

/* Texts that do not fit into what is there are not written beyond it. */
static void check_small_room(const struct mg_data_record *record)
{
	size_t size = 1 + record->offset % 11;
	char *room = malloc(size);
	FUZZ_REQUIRE(room != NULL);
	FUZZ_REQUIRE(mg_value_text(record, room, size) < size);
	FUZZ_REQUIRE(mg_shown_text(record, room, size) < size);
	FUZZ_REQUIRE(mg_unit_text(record, room, size) < size);
	FUZZ_REQUIRE(mg_record_name(record, room, size) < size);
	free(room);
}

/* Each record ends where the next one may begin, and none is empty. */
static enum mg_fault check_records(const struct mg_telegram *telegram)
{
	struct mg_data_record record;
	struct mg_record_cursor cursor = mg_telegram_records(telegram);
	size_t at = 0;
	enum mg_fault fault;
	while ((fault = mg_record_next(&cursor, &record)) == MG_FAULT_NONE) {
		bool good = record.value.quality == MG_QUALITY_GOOD;
		FUZZ_REQUIRE(good == (record.value.reason == NULL));
		FUZZ_REQUIRE(good || record.value.type == MG_TYPE_NONE);
		FUZZ_REQUIRE(record.modifier_count <= MG_MODIFIERS_MAX);
		FUZZ_REQUIRE(telegram->content != MG_CONTENT_RECORDS || cursor.position > at);
		at = cursor.position;
		check_texts(&record);
		check_small_room(&record);
	}
	FUZZ_REQUIRE(cursor.position <= telegram->records.size);
	FUZZ_REQUIRE(mg_record_next(&cursor, &record) == MG_FAULT_END);
	return fault;
}

/* The data of its records alone make a whole telegram whole again. */
static void check_format(const struct mg_telegram *telegram)
{
	uint8_t format[MG_FORMAT_MAX];
	size_t size = mg_format_of(telegram, format);
	FUZZ_REQUIRE(size <= sizeof(format) && size <= telegram->records.size);
}

/* The telegram is taken for the compact form of a format that its first bytes are. */
static void check_compact(struct mg_telegram *telegram)
{
	size_t size = telegram->records.size < 16 ? telegram->records.size : 16;
	const struct mg_bytes format = { fuzz_copy(telegram->records.data, size), size };
	size_t room = telegram->records.size + telegram->access % 16;
	uint8_t *whole = malloc(room);
	FUZZ_REQUIRE(whole != NULL);
	telegram->format_signature = mg_crc(format.data, size);
	if (mg_compact_expand(telegram, &format, whole, room) == MG_FAULT_NONE) {
		check_records(telegram);
	}
	free((void *)(uintptr_t)format.data);
	free(whole);
}

static void check_opened(struct mg_telegram *telegram)
{
	struct mg_bytes plain = telegram->records;
	if (mg_telegram_decrypted(telegram, &plain) == MG_FAULT_NONE) {
		check_records(telegram);
	}
}

/* Input: C, CI, and what follows CI. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct mg_telegram telegram;
	if (size < HEAD_SIZE || size > HEAD_SIZE + DATA_MAX) {
		return 0;
	}
	uint8_t *copy = fuzz_copy(data + HEAD_SIZE, size - HEAD_SIZE);
	const struct mg_frame frame = {
		.type = MG_FRAME_LONG,
		.c = data[0],
		.ci = data[1],
		.data = { copy, size - HEAD_SIZE },
	};
	enum mg_fault fault = mg_telegram_parse(&frame, &telegram);
	if (fault == MG_FAULT_NONE) {
		check_records(&telegram);
		check_format(&telegram);
	} else if (fault == MG_FAULT_ENCRYPTED) {
		check_opened(&telegram);
	} else if (telegram.content == MG_CONTENT_COMPACT) {
		check_compact(&telegram);
	} else {
		FUZZ_REQUIRE(check_records(&telegram) == MG_FAULT_END);
	}
	free(copy);
	return 0;
}
