/* SPDX-License-Identifier: MIT */
/* Reads what stands before the records of a long frame (EN 13757-3, 5: CI field and
   headers). */
#include "mbus/telegram.h"

#include "mbus/afl.h"
#include "mbus/ci.h"
#include "mbus/encryption.h"

enum {
	SHORT_SIZE = 4,
	IDENTITY_SIZE = 8,
	LONG_SIZE = IDENTITY_SIZE + SHORT_SIZE,
	FIXED_SIZE = 16,
	FIXED_UNITS = 6,  /* offset of the medium and unit bytes */
	COMPACT_SIZE = 4, /* signature and CRC */
	DATA_OFFSET = 7,  /* of the byte behind CI in the frame */
	APP_ERROR_DYNAMIC = 0xF0,
	FILLER = 0x2F,
	CHECK_SIZE = 2, /* fillers that AES-CBC begins with, so that a wrong key shows */
	MODE_CCM = 10,  /* the security mode that has a tag instead */
};

/* Bytes of a telegram, and where in the frame they begin. */
struct area {
	struct reader reader;
	size_t base;
};

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

bool telegram_read_header(
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

/* Makes the next bytes the record area. */
static void take_records(struct area *area, size_t size, enum mg_content content,
		struct mg_telegram *telegram)
{
	telegram->content = (uint8_t)content;
	telegram->offset = area->base + area->reader.at;
	telegram->records.size = size;
	telegram->records.data = reader_take(&area->reader, size);
}

static void take_rest(
		struct area *area, enum mg_content content, struct mg_telegram *telegram)
{
	take_records(area, reader_left(&area->reader), content, telegram);
}

static enum mg_fault read_compact(struct area *area, struct mg_telegram *telegram)
{
	const uint8_t *bytes = reader_take(&area->reader, COMPACT_SIZE);
	if (bytes == NULL) {
		return MG_FAULT_HEADER_SHORT;
	}
	telegram->format_signature = (uint16_t)bytes_number(bytes, 2, false);
	telegram->format_crc = (uint16_t)bytes_number(bytes + 2, 2, false);
	take_rest(area, MG_CONTENT_COMPACT, telegram);
	return MG_FAULT_FORMAT_UNKNOWN;
}

static bool only_fillers(const struct reader *reader)
{
	for (size_t at = reader->at; at < reader->size; at++) {
		if (reader->bytes[at] != FILLER) {
			return false;
		}
	}
	return true;
}

/* A length byte, which counts the signature too, the signature, DIBs and VIBs. Behind
   them there can be fillers. */
static enum mg_fault read_format(struct area *area, struct mg_telegram *telegram)
{
	uint8_t length = 0;
	reader_byte(&area->reader, &length);
	const uint8_t *bytes = length >= 2 ? reader_take(&area->reader, 2) : NULL;
	if (bytes == NULL) {
		return MG_FAULT_HEADER_SHORT;
	}
	struct reader behind = area->reader;
	const uint8_t *format = reader_take(&behind, length - 2u);
	if (format == NULL || !only_fillers(&behind)) {
		return MG_FAULT_PREMATURE_END;
	}
	telegram->format_signature = (uint16_t)bytes_number(bytes, 2, false);
	if (mg_crc(format, length - 2u) != telegram->format_signature) {
		return MG_FAULT_FORMAT_CRC;
	}
	take_records(area, length - 2u, MG_CONTENT_FORMAT, telegram);
	return MG_FAULT_NONE;
}

/* True, and the rest is cipher text, when the configuration field says so. */
static bool take_encrypted(struct area *area, struct mg_telegram *telegram)
{
	struct mg_bytes payload = {
		area->reader.bytes + area->reader.at,
		reader_left(&area->reader),
	};
	uint8_t mode = encryption_mode(telegram->signature, &payload);
	if (mode == 0) {
		return false;
	}
	telegram->flags |= MG_TELEGRAM_ENCRYPTED;
	telegram->security_mode = mode;
	take_rest(area, MG_CONTENT_NONE, telegram);
	return true;
}

/*
 * CI 73h without exactly 16 bytes: a fixed structure that is broken, or what later
 * editions use the code for, a compact frame with a long header. The CRC of the expanded
 * records decides; nothing of the header is believed before, except for decryption.
 */
static enum mg_fault read_long_compact(struct area *area, struct mg_telegram *telegram)
{
	struct mg_telegram believed = *telegram;
	if (mode2(telegram) ||
			!telegram_read_header(&area->reader, MG_HEADER_LONG, &believed)) {
		return MG_FAULT_FIXED_LENGTH;
	}
	if (take_encrypted(area, &believed)) {
		*telegram = believed;
		return MG_FAULT_ENCRYPTED;
	}
	read_compact(area, telegram);
	return MG_FAULT_FIXED_LENGTH;
}

static enum mg_fault read_fixed(struct area *area, struct mg_telegram *telegram)
{
	struct reader *reader = &area->reader;
	if (reader_left(reader) != FIXED_SIZE) {
		return read_long_compact(area, telegram);
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
	take_rest(area, MG_CONTENT_FIXED, telegram);
	return MG_FAULT_NONE;
}

static enum mg_fault read_app_error(struct area *area, struct mg_telegram *telegram)
{
	uint8_t code = 0;
	reader_byte(&area->reader, &code);
	telegram->app_error = code;
	if (code == APP_ERROR_DYNAMIC) {
		take_rest(area, MG_CONTENT_RECORDS, telegram);
	}
	return MG_FAULT_NONE;
}

static enum mg_fault read_alarm(struct area *area, struct mg_telegram *telegram)
{
	uint8_t alarm;
	if (!reader_byte(&area->reader, &alarm)) {
		return MG_FAULT_HEADER_SHORT;
	}
	telegram->alarm = alarm;
	return MG_FAULT_NONE;
}

static enum mg_fault read_selection(struct area *area, struct mg_telegram *telegram)
{
	const uint8_t *bytes = reader_take(&area->reader, IDENTITY_SIZE);
	if (bytes == NULL) {
		return MG_FAULT_HEADER_SHORT;
	}
	read_identity(bytes, telegram);
	take_rest(area, MG_CONTENT_RECORDS, telegram);
	return MG_FAULT_NONE;
}

/* What follows the header, in plain text. */
static enum mg_fault read_content(
		enum ci_body body, struct area *area, struct mg_telegram *telegram)
{
	switch (body) {
	case CI_RECORDS:
		take_rest(area, MG_CONTENT_RECORDS, telegram);
		return MG_FAULT_NONE;
	case CI_FIXED:
		return read_fixed(area, telegram);
	case CI_APP_ERROR:
		return read_app_error(area, telegram);
	case CI_ALARM:
		return read_alarm(area, telegram);
	case CI_SELECTION:
		return read_selection(area, telegram);
	case CI_COMPACT:
		return read_compact(area, telegram);
	case CI_FORMAT:
		return read_format(area, telegram);
	case CI_MANUFACTURER:
		take_rest(area, MG_CONTENT_MANUFACTURER, telegram);
		return MG_FAULT_NONE;
	case CI_NOTHING:
		return MG_FAULT_NONE;
	default:
		return MG_FAULT_CI_UNSUPPORTED;
	}
}

static bool can_be_encrypted(enum ci_body body)
{
	return body != CI_NOTHING && body != CI_UNSUPPORTED;
}

static enum mg_fault read_application(struct area *area, struct mg_telegram *telegram)
{
	const struct ci_row *row = ci_find(telegram->ci);
	enum mg_header header = row->body == CI_FIXED ? MG_HEADER_NONE : row->header;
	if (row->mode2) {
		telegram->flags |= MG_TELEGRAM_MODE2;
	}
	if (!telegram_read_header(&area->reader, header, telegram) &&
			row->body != CI_UNSUPPORTED) {
		return MG_FAULT_HEADER_SHORT;
	}
	if (telegram->signature != 0 && can_be_encrypted(row->body) &&
			take_encrypted(area, telegram)) {
		return MG_FAULT_ENCRYPTED;
	}
	return read_content(row->body, area, telegram);
}

/* Makes this the CI field that counts, and all behind it the body. */
static void enter(uint8_t ci, const struct area *area, struct mg_telegram *telegram)
{
	telegram->ci = ci;
	telegram->body.data = area->reader.bytes + area->reader.at;
	telegram->body.size = reader_left(&area->reader);
}

static enum mg_fault step_over_afl(struct area *area, struct mg_telegram *telegram)
{
	uint8_t ci;
	enum mg_fault fault = afl_read(&area->reader, &telegram->afl);
	if (fault != MG_FAULT_NONE) {
		return fault;
	}
	if (!reader_byte(&area->reader, &ci)) {
		return MG_FAULT_HEADER_SHORT;
	}
	enter(ci, area, telegram);
	return MG_FAULT_NONE;
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
	struct area area = { { frame->data.data, frame->data.size, 0 }, DATA_OFFSET };
	clear(frame, telegram);
	if (frame->type != MG_FRAME_LONG) {
		return MG_FAULT_NOT_A_RESPONSE;
	}
	enter(frame->ci, &area, telegram);
	if (ci_find(frame->ci)->body == CI_AFL) {
		enum mg_fault fault = step_over_afl(&area, telegram);
		if (fault != MG_FAULT_NONE) {
			return fault;
		}
	}
	return read_application(&area, telegram);
}

/* The check bytes are fillers to records, but not to anything else. */
static void skip_check_bytes(const struct mg_telegram *telegram, struct reader *reader)
{
	if (telegram->security_mode != MODE_CCM && reader->size >= CHECK_SIZE &&
			reader->bytes[0] == FILLER && reader->bytes[1] == FILLER) {
		reader->at = CHECK_SIZE;
	}
}

enum mg_fault mg_telegram_decrypted(
		struct mg_telegram *telegram, const struct mg_bytes *plain)
{
	const struct ci_row *row = ci_find(telegram->ci);
	struct area area = { { plain->data, plain->size, 0 },
		telegram->offset +
				encryption_extension(telegram->signature, &telegram->records) };
	telegram->flags &= ~(uint32_t)MG_TELEGRAM_ENCRYPTED;
	telegram->offset = area.base + plain->size;
	telegram->records = (struct mg_bytes){ NULL, 0 };
	if (row->body != CI_RECORDS) {
		skip_check_bytes(telegram, &area.reader);
	}
	if (row->body == CI_FIXED) {
		read_compact(&area, telegram);
		return MG_FAULT_FIXED_LENGTH;
	}
	return read_content(row->body, &area, telegram);
}
