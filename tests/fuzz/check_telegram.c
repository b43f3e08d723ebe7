/* SPDX-License-Identifier: MIT */
/* What has to hold for a telegram and all its records. */
#include "check_telegram.h"

#include <string.h>

#include "check_record.h"
#include "fuzz.h"

#define TAIL_SIZE 2 /* checksum and stop byte */

/* Only these leave something to read: with a key, or with a format. */
static void check_fault(const struct mg_telegram *telegram, enum mg_fault fault)
{
	bool closed =
			fault == MG_FAULT_ENCRYPTED ||
			(telegram->content == MG_CONTENT_COMPACT &&
					(fault == MG_FAULT_FORMAT_UNKNOWN || fault == MG_FAULT_FIXED_LENGTH));
	FUZZ_REQUIRE(fault == MG_FAULT_NONE || closed || telegram->records.size == 0);
}

static void check_area(const struct mg_telegram *telegram, struct mg_bytes frame)
{
	size_t end = telegram->offset + telegram->records.size;
	FUZZ_REQUIRE(telegram->offset <= frame.size);
	if (telegram->records.size == 0) {
		return;
	}
	FUZZ_REQUIRE(telegram->records.data == frame.data + telegram->offset);
	FUZZ_REQUIRE(
			end == frame.size - TAIL_SIZE ||
			(telegram->content == MG_CONTENT_FORMAT && end < frame.size - TAIL_SIZE));
}

void check_telegram_head(
		const struct mg_telegram *telegram, enum mg_fault fault, struct mg_bytes frame)
{
	const char *names[8];
	char text[MG_IDENTITY_SIZE];
	FUZZ_REQUIRE(telegram->header <= MG_HEADER_FIXED);
	FUZZ_REQUIRE(telegram->content <= MG_CONTENT_MANUFACTURER);
	FUZZ_REQUIRE(telegram->app_error >= -1 && telegram->app_error <= 255);
	FUZZ_REQUIRE(telegram->alarm >= -1 && telegram->alarm <= 255);
	check_fault(telegram, fault);
	check_area(telegram, frame);
	FUZZ_REQUIRE(mg_status_names(
						 telegram->status, (enum mg_header)telegram->header, names) <= 8);
	FUZZ_REQUIRE(mg_telegram_medium_text(telegram)[0] != '\0');
	FUZZ_REQUIRE(mg_app_error_text(telegram->app_error)[0] != '\0');
	FUZZ_REQUIRE(mg_ci_text(telegram->ci)[0] != '\0');
	FUZZ_REQUIRE(strlen(mg_identity_text(&telegram->identity, text)) < sizeof(text));
}

size_t check_telegram_records(const struct mg_telegram *telegram, struct mg_bytes frame)
{
	struct mg_data_record record;
	struct mg_record_cursor cursor = mg_telegram_records(telegram);
	size_t count = 0, last = 0;
	enum mg_fault fault;
	while ((fault = mg_record_next(&cursor, &record)) == MG_FAULT_NONE) {
		FUZZ_REQUIRE(++count == cursor.index && count <= frame.size);
		FUZZ_REQUIRE(record.offset > last && record.offset < frame.size);
		last = record.offset;
		check_record(telegram, &record, frame, cursor.offset);
	}
	FUZZ_REQUIRE(fault == MG_FAULT_END || fault >= MG_FAULT_PREMATURE_END);
	FUZZ_REQUIRE(cursor.index == count && cursor.offset <= frame.size);
	FUZZ_REQUIRE(mg_record_next(&cursor, &record) == MG_FAULT_END);
	return count;
}
