/* SPDX-License-Identifier: MIT */
/* Notes about what a telegram carries: which fields there are follows from its CI. */
#include "mbus/explain_body.h"

#include "mbus/ci.h"
#include "mbus/explain_fixed.h"
#include "mbus/explain_header.h"
#include "mbus/explain_record.h"
#include "mbus/explain_security.h"

enum {
	CI_RESET = 0x50,
	CI_RESET_LONG = 0x53,
	SIGNATURE_SIZE = 2,
};

static void explain_not_read(struct explain *explain, enum mg_fault fault)
{
	explain_note_rest(explain, "rest",
			fault != MG_FAULT_NONE ? mg_fault_text(fault) : "meaning not known");
}

static void explain_manufacturer(struct explain *explain)
{
	explain_note_rest(explain, "data", "manufacturer specific");
}

static void explain_compact_data(
		struct explain *explain, const struct mg_telegram *telegram)
{
	if (reader_left(&explain->reader) > 0) {
		explain_note(explain, "data", reader_left(&explain->reader),
				"data of records of format %04Xh, without DIBs and VIBs",
				telegram->format_signature);
	}
}

void explain_body_records(struct explain *explain, const struct mg_telegram *telegram)
{
	if ((telegram->flags & MG_TELEGRAM_ENCRYPTED) != 0) {
		explain_security_payload(explain, telegram);
		return;
	}
	switch (telegram->content) {
	case MG_CONTENT_RECORDS:
		explain_record_all(explain, telegram);
		break;
	case MG_CONTENT_FIXED:
		explain_fixed(explain, telegram);
		break;
	case MG_CONTENT_COMPACT:
		explain_compact_data(explain, telegram);
		break;
	case MG_CONTENT_FORMAT:
		explain_record_formats(explain, telegram);
		break;
	case MG_CONTENT_MANUFACTURER:
		explain_manufacturer(explain);
		break;
	default:
		explain_not_read(explain, MG_FAULT_NONE);
		break;
	}
}

/* The body behind its header. */
struct body {
	struct explain *explain;
	const struct mg_telegram *telegram;
	enum mg_fault fault;
};

static bool more(const struct body *body)
{
	return reader_left(&body->explain->reader) > 0;
}

static void body_records(const struct body *body)
{
	explain_body_records(body->explain, body->telegram);
}

static void body_app_error(const struct body *body)
{
	struct explain *explain = body->explain;
	if (!more(body)) {
		explain_note(explain, "error", 0, "no code: %s", mg_app_error_text(0));
		return;
	}
	explain_note(
			explain, "error", 1, "%s", mg_app_error_text(explain_note_byte(explain)));
	explain_body_records(explain, body->telegram);
}

static void body_alarm(const struct body *body)
{
	struct explain *explain = body->explain;
	if (more(body)) {
		explain_note_begin(explain, "alarm");
		explain_note_bits(explain, explain_note_byte(explain));
		explain_note_add(explain, " set; what that means, the manufacturer says");
		explain_note_end(explain, 1);
	}
	explain_not_read(explain, body->fault);
}

static void body_selection(const struct body *body)
{
	if (explain_header_selection(body->explain, body->telegram)) {
		explain_body_records(body->explain, body->telegram);
	}
}

static void body_compact(const struct body *body)
{
	struct explain *explain = body->explain;
	if (body->telegram->content != MG_CONTENT_COMPACT) {
		explain_not_read(explain, body->fault);
		return;
	}
	if (explain_note_whole(explain, "signature", SIGNATURE_SIZE)) {
		explain_note(explain, "signature", SIGNATURE_SIZE,
				"signature %04Xh of the format that the data have",
				body->telegram->format_signature);
	}
	if (explain_note_whole(explain, "CRC", SIGNATURE_SIZE)) {
		explain_note(explain, "CRC", SIGNATURE_SIZE, "CRC %04Xh of the whole records",
				body->telegram->format_crc);
	}
	explain_body_records(explain, body->telegram);
}

/* `size`: of the DIBs and VIBs. */
static void explain_format_signature(const struct body *body, size_t size)
{
	const struct mg_telegram *telegram = body->telegram;
	struct explain *explain = body->explain;
	const struct reader *reader = &explain->reader;
	bool whole = reader_left(reader) >= SIGNATURE_SIZE + size;
	uint16_t crc = whole ? mg_crc(reader->bytes + reader->at + SIGNATURE_SIZE, size) : 0;
	if (!explain_note_whole(explain, "signature", SIGNATURE_SIZE)) {
		return;
	}
	explain_note_begin(explain, "signature");
	explain_note_add(explain, "signature %04Xh of the DIBs and VIBs that follow",
			telegram->format_signature);
	if (whole && crc != telegram->format_signature) {
		explain_note_add(explain, ", but theirs is %04Xh", crc);
	}
	explain_note_end(explain, SIGNATURE_SIZE);
}

/* The DIBs and VIBs, which end before the layer does where fillers follow. */
static void explain_formats(const struct body *body, size_t size)
{
	struct explain *explain = body->explain;
	size_t whole = explain->reader.size;
	if (size < reader_left(&explain->reader)) {
		explain->reader.size = explain->reader.at + size;
	}
	explain_record_formats(explain, body->telegram);
	explain->reader.size = whole;
	explain_note_rest(explain, "filler", "idle");
}

static void body_format(const struct body *body)
{
	struct explain *explain = body->explain;
	uint8_t length = explain_note_byte(explain);
	if (more(body)) {
		explain_note(explain, "length", 1, "%u bytes: signature, DIBs and VIBs", length);
	}
	if (body->telegram->content != MG_CONTENT_FORMAT &&
			body->fault != MG_FAULT_FORMAT_CRC) {
		explain_not_read(explain, body->fault);
		return;
	}
	explain_format_signature(body, length - (size_t)SIGNATURE_SIZE);
	explain_formats(body, length - (size_t)SIGNATURE_SIZE);
}

static void body_fixed(const struct body *body)
{
	if (body->telegram->content == MG_CONTENT_FIXED) {
		explain_body_records(body->explain, body->telegram);
	} else {
		body_compact(body);
	}
}

static void explain_reset(struct explain *explain)
{
	static const char *const types[16] = {
		"all",
		"user data",
		"simple billing",
		"enhanced billing",
		"multi-tariff billing",
		"instantaneous values",
		"load management",
		"a reserved type",
		"installation",
		"testing",
		"calibration",
		"manufacturing",
		"development",
		"self-test",
		"a reserved type",
		"a reserved type",
	};
	uint8_t code = explain_note_byte(explain);
	explain_note_begin(explain, "subcode");
	explain_note_add(explain, "telegrams of the meter from now on: %s", types[code >> 4]);
	if ((code & 15) != 0) {
		explain_note_add(explain, ", number %u", code & 15u);
	}
	explain_note_end(explain, 1);
}

static void body_nothing(const struct body *body)
{
	uint8_t ci = body->telegram->ci;
	if (more(body) && (ci == CI_RESET || ci == CI_RESET_LONG)) {
		explain_reset(body->explain);
	}
	explain_not_read(body->explain, body->fault);
}

static void body_unsupported(const struct body *body)
{
	explain_not_read(body->explain, body->fault);
}

static void body_manufacturer(const struct body *body)
{
	explain_manufacturer(body->explain);
}

static void explain_content(const struct body *body, const struct ci_row *row)
{
	static void (*const contents[])(const struct body *body) = {
		[CI_UNSUPPORTED] = body_unsupported,
		[CI_RECORDS] = body_records,
		[CI_FIXED] = body_fixed,
		[CI_APP_ERROR] = body_app_error,
		[CI_ALARM] = body_alarm,
		[CI_SELECTION] = body_selection,
		[CI_COMPACT] = body_compact,
		[CI_FORMAT] = body_format,
		[CI_MANUFACTURER] = body_manufacturer,
		[CI_AFL] = body_unsupported,
		[CI_NOTHING] = body_nothing,
	};
	if ((body->telegram->flags & MG_TELEGRAM_ENCRYPTED) != 0) {
		explain_security_payload(body->explain, body->telegram);
	} else {
		contents[row->body](body);
	}
}

/* CI 73h is that of the fixed structure, and of compact frames with a long header. */
static enum mg_header header_of(
		const struct ci_row *row, const struct mg_telegram *telegram)
{
	if (row->body != CI_FIXED) {
		return row->header;
	}
	if (telegram->content == MG_CONTENT_FIXED) {
		return MG_HEADER_FIXED;
	}
	bool compact = telegram->content == MG_CONTENT_COMPACT ||
				   (telegram->flags & MG_TELEGRAM_ENCRYPTED) != 0;
	return compact ? MG_HEADER_LONG : MG_HEADER_NONE;
}

/* CI 90h: a layer of its own, and the CI field behind it. False when nothing behind it
   can be read. */
static bool explain_layer(const struct body *body)
{
	struct explain *explain = body->explain;
	explain_security_afl(explain, &body->telegram->afl);
	if (body->fault == MG_FAULT_FRAGMENT) {
		explain_not_read(explain, body->fault);
		return false;
	}
	if (!more(body)) {
		explain_note(explain, "missing", 0, "a CI field should follow");
		return false;
	}
	explain_note(explain, "CI", 1, "%s", mg_ci_text(explain_note_byte(explain)));
	return true;
}

void explain_body(
		struct explain *explain, const struct mg_telegram *telegram, enum mg_fault fault)
{
	const struct body body = { explain, telegram, fault };
	const struct ci_row *row = ci_find(explain->reader.bytes[explain->reader.at - 1]);
	if (row->body == CI_AFL) {
		if (!explain_layer(&body)) {
			return;
		}
		row = ci_find(telegram->ci);
	}
	if (explain_header(explain, header_of(row, telegram), telegram)) {
		explain_content(&body, row);
	}
}
