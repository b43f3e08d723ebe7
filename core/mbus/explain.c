/* SPDX-License-Identifier: MIT */
/* Explains telegrams byte by byte: the link layer here, what it carries elsewhere. */
#include <metergate/mbus.h>

#include <string.h>

#include "mbus/explain_body.h"
#include "mbus/explain_note.h"

enum {
	BYTE_ACK = 0xE5,
	BYTE_NACK = 0xA2,
	BYTE_SHORT = 0x10,
	BYTE_LONG = 0x68,
	BYTE_STOP = 0x16,
	LENGTH_MIN = 3,    /* C, A, CI */
	LONG_HEAD = 4,     /* 68 L L 68 */
	LONG_OVERHEAD = 6, /* what L does not count */
	SHORT_SIZE = 5,
	DATA_OFFSET = 7,
	DATA_MAX = 252,
};

static bool more(const struct explain *explain)
{
	return reader_left(&explain->reader) > 0;
}

static void explain_rest(struct explain *explain)
{
	explain_note_rest(explain, "rest", "not read, no frame begins here");
}

struct c_row {
	uint8_t mask, c;
	const char *text;
};

static void explain_c(struct explain *explain)
{
	/* clang-format off */
	static const struct c_row rows[] = {
		{ 0xFF, MG_C_SND_NKE, "SND_NKE: resets the link to a meter" },
		{ 0xFF, MG_C_SND_UD2, "SND_UD2: sends data to a meter" },
		{ 0xDF, MG_C_SND_UD, "SND_UD: sends data to a meter" },
		{ 0xDF, MG_C_REQ_UD1, "REQ_UD1: asks a meter for alarms" },
		{ 0xDF, MG_C_REQ_UD2, "REQ_UD2: asks a meter for data" },
		{ 0xCF, MG_C_RSP_UD, "RSP_UD: data from a meter" },
	};
	/* clang-format on */
	uint8_t c = explain_note_byte(explain);
	const char *text = "not a C field of M-Bus on wires";
	uint8_t mask = 0xFF;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if ((c & rows[i].mask) == rows[i].c) {
			text = rows[i].text;
			mask = rows[i].mask;
		}
	}
	bool request = (c & MG_C_PRM) != 0;
	explain_note_begin(explain, "C");
	explain_note_add(explain, "%s", text);
	if ((c & ~mask & MG_C_FCB) != 0) {
		explain_note_add(explain, "%s", request ? ", FCB set" : ", ACD set: alarms wait");
	}
	if ((c & ~mask & MG_C_DFC) != 0) {
		explain_note_add(explain, ", DFC set: takes no data now");
	}
	explain_note_end(explain, 1);
}

static void explain_a(struct explain *explain)
{
	uint8_t a = explain_note_byte(explain);
	explain_note_begin(explain, "A");
	switch (a) {
	case 0:
		explain_note_add(explain, "0: a meter that got no address yet");
		break;
	case MG_A_SELECTED:
		explain_note_add(explain, "253: selected by secondary address");
		break;
	case MG_A_BROADCAST_REPLY:
		explain_note_add(explain, "254: to all meters, and each answers");
		break;
	case MG_A_BROADCAST:
		explain_note_add(explain, "255: to all meters, and none answers");
		break;
	default:
		explain_note_add(explain, "%s %u",
				a <= MG_A_PRIMARY_LAST ? "primary address" : "reserved address", a);
		break;
	}
	explain_note_end(explain, 1);
}

/* `start` and `size`: the bytes that the checksum is about. */
static void explain_checksum(struct explain *explain, size_t start, size_t size)
{
	uint8_t sum = 0, sent = explain_note_byte(explain);
	for (size_t i = 0; i < size; i++) {
		sum = (uint8_t)(sum + explain->reader.bytes[start + i]);
	}
	if (sum == sent) {
		explain_note(explain, "checksum", 1, "sum of the %u bytes from C on: right",
				(unsigned)size);
	} else {
		explain_note(explain, "checksum", 1,
				"checksum %02Xh, but the bytes add up to %02Xh", sent, sum);
	}
}

static void explain_stop(struct explain *explain)
{
	uint8_t stop = explain_note_byte(explain);
	if (stop == BYTE_STOP) {
		explain_note(explain, "stop", 1, "end of the frame");
	} else {
		explain_note(explain, "stop", 1, "%02Xh, but a frame ends with 16h", stop);
	}
}

/* Checksum, stop, and what else there is. `counted` bytes from `start` on are under the
   checksum. */
static void explain_tail(struct explain *explain, size_t start, size_t counted)
{
	size_t whole = start + counted + 2, size = explain->reader.size;
	if (more(explain)) {
		explain_checksum(explain, start, counted);
	}
	if (more(explain)) {
		explain_stop(explain);
	}
	if (size < whole) {
		explain_note(explain, "missing", 0,
				"the frame is cut off: %u of %u bytes are missing",
				(unsigned)(whole - size), (unsigned)whole);
	}
	explain_note_rest(explain, "surplus", "behind the end of the frame, not read");
}

static void explain_short(struct explain *explain)
{
	explain_note(explain, "start", 1, "start of a short frame");
	if (more(explain)) {
		explain_c(explain);
	}
	if (more(explain)) {
		explain_a(explain);
	}
	explain_tail(explain, 1, 2);
}

static void explain_length(struct explain *explain)
{
	uint8_t length = explain_note_byte(explain);
	if (length < LENGTH_MIN) {
		explain_note(explain, "L", 1, "%u bytes, but C, A and CI alone are 3", length);
	} else {
		explain_note(explain, "L", 1, "%u bytes from C up to the checksum", length);
	}
}

static void explain_second_length(struct explain *explain, uint8_t first)
{
	uint8_t length = explain_note_byte(explain);
	if (length == first) {
		explain_note(explain, "L", 1, "the same again");
	} else {
		explain_note(explain, "L", 1, "%02Xh, but it must be %02Xh as the byte before",
				length, first);
	}
}

static void explain_second_start(struct explain *explain)
{
	uint8_t start = explain_note_byte(explain);
	if (start == BYTE_LONG) {
		explain_note(explain, "start", 1, "the same again");
	} else {
		explain_note(
				explain, "start", 1, "%02Xh, but the fourth byte must be 68h", start);
	}
}

/* The four bytes in front of C; false when they are not those of a frame. */
static bool explain_head(struct explain *explain)
{
	const struct reader *reader = &explain->reader;
	explain_note(explain, "start", 1, "start of a long frame");
	if (more(explain)) {
		explain_length(explain);
	}
	if (more(explain)) {
		explain_second_length(explain, reader->bytes[1]);
	}
	if (more(explain)) {
		explain_second_start(explain);
	}
	if (reader->at < LONG_HEAD) {
		explain_note(explain, "missing", 0, "the frame is cut off");
		return false;
	}
	return reader->bytes[1] == reader->bytes[2] && reader->bytes[1] >= LENGTH_MIN &&
		   reader->bytes[3] == BYTE_LONG;
}

/* The bytes behind CI. A frame that is cut off is taken for a whole one, so that its
   header is understood; what is missing has no notes. */
static void explain_data(struct explain *explain, size_t length)
{
	uint8_t data[DATA_MAX] = { 0 };
	const struct reader *reader = &explain->reader;
	struct mg_telegram telegram;
	const struct mg_frame frame = {
		.type = MG_FRAME_LONG,
		.c = reader->bytes[LONG_HEAD],
		.a = reader->bytes[LONG_HEAD + 1],
		.ci = reader->bytes[LONG_HEAD + 2],
		.data = { data, length - LENGTH_MIN },
	};
	memcpy(data, reader->bytes + DATA_OFFSET, reader->size - DATA_OFFSET);
	enum mg_fault fault = mg_telegram_parse(&frame, &telegram);
	explain_note_begin(explain, "CI");
	explain_note_add(explain, "%s", mg_ci_text(frame.ci));
	if (fault == MG_FAULT_FIXED_LENGTH) {
		explain_note_add(
				explain, ", but %u bytes follow and not 16", (unsigned)frame.data.size);
	}
	explain_note_end(explain, 1);
	explain_body(explain, &telegram, fault);
}

static void explain_long(struct explain *explain)
{
	struct reader *reader = &explain->reader;
	if (!explain_head(explain)) {
		explain_rest(explain);
		return;
	}
	size_t length = reader->bytes[1], size = reader->size;
	size_t end = LONG_HEAD + length;
	reader->size = end < size ? end : size;
	if (more(explain)) {
		explain_c(explain);
	}
	if (more(explain)) {
		explain_a(explain);
	}
	if (more(explain)) {
		explain_data(explain, length);
	}
	reader->size = size;
	explain_tail(explain, LONG_HEAD, length);
}

static void explain_frame(struct explain *explain)
{
	switch (explain_note_byte(explain)) {
	case BYTE_ACK:
		explain_note(explain, "ACK", 1, "a meter confirms");
		explain_note_rest(explain, "surplus", "behind the end of the frame, not read");
		break;
	case BYTE_NACK:
		explain_note(explain, "NACK", 1, "a meter refuses");
		explain_note_rest(explain, "surplus", "behind the end of the frame, not read");
		break;
	case BYTE_SHORT:
		explain_short(explain);
		break;
	case BYTE_LONG:
		explain_long(explain);
		break;
	default:
		explain_note(explain, "start", 1,
				"%02Xh, but a frame begins with 68h, 10h, E5h or A2h",
				explain_note_byte(explain));
		explain_rest(explain);
		break;
	}
}

void mg_explain(const uint8_t *bytes, size_t size, mg_note_fn take, void *context)
{
	struct explain explain = { take, context, { bytes, size, 0 }, { .part = "" }, { 0 } };
	if (size > 0) {
		explain_frame(&explain);
	}
}

void mg_explain_records(
		const struct mg_telegram *telegram, mg_note_fn take, void *context)
{
	struct explain explain = { take, context,
		{ telegram->records.data, telegram->records.size, 0 }, { .part = "" }, { 0 } };
	if (telegram->records.size > 0) {
		explain_body_records(&explain, telegram);
	}
}
