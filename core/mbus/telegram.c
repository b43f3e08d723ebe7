/* SPDX-License-Identifier: MIT */
/* Reads what stands before the records of a long frame (EN 13757-3, 5: CI field and
   headers). */
#include <metergate/mbus.h>

#include "mbus/bytes.h"

enum {
	SHORT_SIZE = 4,
	IDENTITY_SIZE = 8,
	LONG_SIZE = IDENTITY_SIZE + SHORT_SIZE,
	FIXED_SIZE = 16,
	FIXED_UNITS = 6, /* offset of the medium and unit bytes */
	DATA_OFFSET = 7, /* of the byte behind CI in the frame */
	APP_ERROR_DYNAMIC = 0xF0,
};

/* What a CI code announces behind its header. */
enum body {
	BODY_UNSUPPORTED,
	BODY_RECORDS,
	BODY_FIXED,
	BODY_APP_ERROR,
	BODY_ALARM,
	BODY_SELECTION, /* a secondary address, then perhaps records */
	BODY_NOTHING,   /* nothing that could be decoded, and that is right */
};

struct ci_row {
	uint8_t body;
	uint8_t header;
	bool mode2;
};

/* clang-format off */
static const struct ci_row ci_rows[256] = {
	[0x50] = { BODY_NOTHING, MG_HEADER_NONE, false },
	[0x51] = { BODY_RECORDS, MG_HEADER_NONE, false },
	[0x52] = { BODY_SELECTION, MG_HEADER_NONE, false },
	[0x54] = { BODY_NOTHING, MG_HEADER_NONE, false },
	[0x56] = { BODY_SELECTION, MG_HEADER_NONE, true },
	[0x5A] = { BODY_RECORDS, MG_HEADER_SHORT, false },
	[0x5B] = { BODY_RECORDS, MG_HEADER_LONG, false },
	[0x5C] = { BODY_NOTHING, MG_HEADER_NONE, false },
	[0x66] = { BODY_RECORDS, MG_HEADER_NONE, false },
	[0x67] = { BODY_RECORDS, MG_HEADER_SHORT, false },
	[0x68] = { BODY_RECORDS, MG_HEADER_LONG, false },
	[0x6E] = { BODY_APP_ERROR, MG_HEADER_SHORT, false },
	[0x6F] = { BODY_APP_ERROR, MG_HEADER_LONG, false },
	[0x70] = { BODY_APP_ERROR, MG_HEADER_NONE, false },
	[0x71] = { BODY_ALARM, MG_HEADER_NONE, false },
	[0x72] = { BODY_RECORDS, MG_HEADER_LONG, false },
	[0x73] = { BODY_FIXED, MG_HEADER_FIXED, false },
	[0x74] = { BODY_ALARM, MG_HEADER_SHORT, false },
	[0x75] = { BODY_ALARM, MG_HEADER_LONG, false },
	[0x76] = { BODY_RECORDS, MG_HEADER_LONG, true },
	[0x77] = { BODY_FIXED, MG_HEADER_FIXED, true },
	[0x78] = { BODY_RECORDS, MG_HEADER_NONE, false },
	[0x7A] = { BODY_RECORDS, MG_HEADER_SHORT, false },
	[0x8A] = { BODY_NOTHING, MG_HEADER_SHORT, false },
	[0x8B] = { BODY_NOTHING, MG_HEADER_LONG, false },
	[0xB8] = { BODY_NOTHING, MG_HEADER_NONE, false },
	[0xB9] = { BODY_NOTHING, MG_HEADER_NONE, false },
	[0xBA] = { BODY_NOTHING, MG_HEADER_NONE, false },
	[0xBB] = { BODY_NOTHING, MG_HEADER_NONE, false },
	[0xBC] = { BODY_NOTHING, MG_HEADER_NONE, false },
	[0xBD] = { BODY_NOTHING, MG_HEADER_NONE, false },
	[0xBE] = { BODY_NOTHING, MG_HEADER_NONE, false },
	[0xBF] = { BODY_NOTHING, MG_HEADER_NONE, false },
};
/* clang-format on */

static bool mode2(const struct mg_telegram *telegram)
{
	return (telegram->flags & MG_TELEGRAM_MODE2) != 0;
}

static void read_identity(const uint8_t *bytes, struct mg_telegram *telegram)
{
	mg_identity_get(bytes, &telegram->identity);
	if (mode2(telegram)) {
		telegram->identity.id = (uint32_t)bytes_number(bytes, 4, true);
		telegram->identity.manufacturer = (uint16_t)bytes_number(bytes + 4, 2, true);
	}
}

static void read_short(const uint8_t *bytes, struct mg_telegram *telegram)
{
	telegram->access = bytes[0];
	telegram->status = bytes[1];
	telegram->signature = (uint16_t)bytes_number(bytes + 2, 2, mode2(telegram));
}

/* Reads a header of no, 4 or 12 bytes; false when the data end inside it. */
static bool read_header(
		struct reader *reader, enum mg_header header, struct mg_telegram *telegram)
{
	if (header == MG_HEADER_NONE) {
		return true;
	}
	const uint8_t *bytes =
			reader_take(reader, header == MG_HEADER_LONG ? LONG_SIZE : SHORT_SIZE);
	if (bytes == NULL) {
		return false;
	}
	if (header == MG_HEADER_LONG) {
		read_identity(bytes, telegram);
		bytes += IDENTITY_SIZE;
	}
	read_short(bytes, telegram);
	telegram->header = (uint8_t)header;
	return true;
}

static void take_rest(struct reader *reader, struct mg_telegram *telegram)
{
	telegram->offset = DATA_OFFSET + reader->at;
	telegram->records.size = reader_left(reader);
	telegram->records.data = reader_take(reader, telegram->records.size);
}

/* True when the bytes after the extension, `before`, and before the tag, `behind`, can
   hold `encrypted` bytes and there are such. */
static bool fits(size_t payload, size_t before, size_t encrypted, size_t behind)
{
	return encrypted > 0 && before + encrypted + behind <= payload;
}

static size_t mode7_extension(uint16_t word, uint8_t cfe)
{
	return 1u + ((word & 0x2000) != 0 ? 4u : 0u) + ((cfe & 0x40) != 0 ? 1u : 0u);
}

static bool mode10_fits(uint16_t word, const uint8_t *payload, size_t size)
{
	if (size < 2) {
		return false;
	}
	size_t before = 1 + mode7_extension(word, payload[0]);
	size_t tag = 4 + 4 * (size_t)(payload[1] & 3);
	size_t announced = word & 0xFF;
	return fits(size, before, announced == 0xFF ? 1 : announced, tag);
}

/* Old meters put arbitrary values into this field, so it counts only when the length fits
   what modes 5, 7 and 10 announce. */
static bool announces_encryption(uint16_t word, const struct mg_bytes *payload)
{
	size_t blocks = 16 * (size_t)(word >> 4 & 15);
	switch (word >> 8 & 31) {
	case 5:
		return fits(payload->size, 0, blocks, 0);
	case 7:
		return payload->size > 0 &&
			   fits(payload->size, mode7_extension(word, payload->data[0]), blocks, 0);
	case 10:
		return mode10_fits(word, payload->data, payload->size);
	default:
		return false;
	}
}

static enum mg_fault read_fixed(struct reader *reader, struct mg_telegram *telegram)
{
	if (reader_left(reader) != FIXED_SIZE) {
		return MG_FAULT_FIXED_LENGTH;
	}
	const uint8_t *bytes = reader_take(reader, FIXED_UNITS);
	const uint8_t *units = bytes + FIXED_UNITS;
	uint8_t medium = (uint8_t)(units[0] >> 6 | (units[1] & 0xC0) >> 4);
	if (medium >= 0xA && medium <= 0xE) {
		telegram->flags |= MG_TELEGRAM_MODE2;
	}
	telegram->identity.id = (uint32_t)bytes_number(bytes, 4, mode2(telegram));
	telegram->identity.medium = medium;
	telegram->access = bytes[4];
	telegram->status = bytes[5];
	telegram->header = MG_HEADER_FIXED;
	take_rest(reader, telegram);
	return MG_FAULT_NONE;
}

static enum mg_fault read_app_error(struct reader *reader, struct mg_telegram *telegram)
{
	uint8_t code = 0;
	reader_byte(reader, &code);
	telegram->app_error = code;
	if (code == APP_ERROR_DYNAMIC) {
		take_rest(reader, telegram);
	}
	return MG_FAULT_NONE;
}

static enum mg_fault read_alarm(struct reader *reader, struct mg_telegram *telegram)
{
	uint8_t alarm;
	if (!reader_byte(reader, &alarm)) {
		return MG_FAULT_HEADER_SHORT;
	}
	telegram->alarm = alarm;
	return MG_FAULT_NONE;
}

static enum mg_fault read_selection(struct reader *reader, struct mg_telegram *telegram)
{
	const uint8_t *bytes = reader_take(reader, IDENTITY_SIZE);
	if (bytes == NULL) {
		return MG_FAULT_HEADER_SHORT;
	}
	read_identity(bytes, telegram);
	take_rest(reader, telegram);
	return MG_FAULT_NONE;
}

static enum mg_fault read_records(struct reader *reader, struct mg_telegram *telegram)
{
	take_rest(reader, telegram);
	if (telegram->header != MG_HEADER_NONE &&
			announces_encryption(telegram->signature, &telegram->records)) {
		telegram->flags |= MG_TELEGRAM_ENCRYPTED;
		return MG_FAULT_ENCRYPTED;
	}
	return MG_FAULT_NONE;
}

static enum mg_fault read_body(
		enum body body, struct reader *reader, struct mg_telegram *telegram)
{
	switch (body) {
	case BODY_RECORDS:
		return read_records(reader, telegram);
	case BODY_FIXED:
		return read_fixed(reader, telegram);
	case BODY_APP_ERROR:
		return read_app_error(reader, telegram);
	case BODY_ALARM:
		return read_alarm(reader, telegram);
	case BODY_SELECTION:
		return read_selection(reader, telegram);
	case BODY_NOTHING:
		return MG_FAULT_NONE;
	default:
		return MG_FAULT_CI_UNSUPPORTED;
	}
}

static void clear(const struct mg_frame *frame, struct mg_telegram *telegram)
{
	*telegram = (struct mg_telegram){
		.c = frame->c,
		.a = frame->a,
		.ci = frame->ci,
		.flags = (frame->c & MG_C_PRM) != 0 ? MG_TELEGRAM_REQUEST : 0,
		.identity = { UINT32_MAX, UINT16_MAX, UINT8_MAX, UINT8_MAX },
		.app_error = -1,
		.alarm = -1,
		.offset = DATA_OFFSET + frame->data.size,
	};
}

enum mg_fault mg_telegram_parse(
		const struct mg_frame *frame, struct mg_telegram *telegram)
{
	clear(frame, telegram);
	if (frame->type != MG_FRAME_LONG) {
		return MG_FAULT_NOT_A_RESPONSE;
	}
	const struct ci_row *row = &ci_rows[frame->ci];
	struct reader reader = { .bytes = frame->data.data, .size = frame->data.size };
	if (row->mode2) {
		telegram->flags |= MG_TELEGRAM_MODE2;
	}
	if (row->body != BODY_FIXED && !read_header(&reader, row->header, telegram)) {
		return MG_FAULT_HEADER_SHORT;
	}
	return read_body(row->body, &reader, telegram);
}
