/* SPDX-License-Identifier: MIT */
/* Decodes a telegram, builds it again from what was decoded, and decodes that: both must
   say the same. The builder gets no byte as it was sent, but for text and bytes, where
   they are the value. */
#ifndef TESTS_ROUNDTRIP_H
#define TESTS_ROUNDTRIP_H

#include <stdio.h>
#include <string.h>

#include <metergate/mbus.h>
#include <metergate/profile.h>

enum {
	ROUNDTRIP_RECORDS = 256, /* more than fit into a telegram */
	ROUNDTRIP_POISON = 0xA5,
};

struct roundtrip_counts {
	size_t telegrams, records;
};

/* A telegram and all records before its end or first fault. */
struct roundtrip_decoded {
	struct mg_telegram telegram;
	struct mg_data_record records[ROUNDTRIP_RECORDS];
	size_t count;
	bool more;
};

struct roundtrip {
	struct roundtrip_decoded sent, again;
	struct mg_data_record poisoned[ROUNDTRIP_RECORDS];
	uint8_t bytes[MG_FRAME_MAX];
	size_t size;
	const char *wrong; /* what differs, NULL: nothing */
	size_t record;     /* at which record */
};

static inline void roundtrip_decode_records(struct roundtrip_decoded *decoded)
{
	struct mg_record_cursor cursor = mg_telegram_records(&decoded->telegram);
	decoded->count = 0;
	while (decoded->count < ROUNDTRIP_RECORDS &&
			mg_record_next(&cursor, &decoded->records[decoded->count]) == MG_FAULT_NONE) {
		decoded->count++;
	}
	decoded->more = cursor.more;
}

/* False when the bytes are no telegram that can be decoded. */
static inline bool roundtrip_decode(
		const uint8_t *bytes, size_t size, struct roundtrip_decoded *decoded)
{
	struct mg_frame frame;
	size_t length;
	if (mg_frame_parse(bytes, size, &frame, &length) != MG_FAULT_NONE ||
			mg_telegram_parse(&frame, &decoded->telegram) != MG_FAULT_NONE) {
		return false;
	}
	roundtrip_decode_records(decoded);
	return true;
}

static inline bool roundtrip_data_count(const struct mg_data_record *record)
{
	return record->value.type == MG_TYPE_BYTES ||
		   (record->value.type == MG_TYPE_TEXT &&
				   (record->flags & MG_DATA_IDENTITY) == 0);
}

static inline struct mg_data_record roundtrip_poison(const struct mg_data_record *record)
{
	static uint8_t poison[MG_FRAME_MAX];
	struct mg_data_record poisoned = *record;
	memset(poison, ROUNDTRIP_POISON, sizeof(poison));
	poisoned.dib.data = poisoned.vib.data = poison;
	poisoned.dib.size = poisoned.vib.size = poisoned.offset = ROUNDTRIP_POISON;
	if (!roundtrip_data_count(record)) {
		poisoned.data.data = poison;
	}
	return poisoned;
}

static inline void roundtrip_byte(struct mg_builder *builder, int byte)
{
	uint8_t one = (uint8_t)byte;
	if (byte >= 0) {
		mg_build_bytes(builder, &one, 1);
	}
}

static inline bool roundtrip_selects(uint8_t ci)
{
	return ci == 0x52 || ci == 0x56;
}

/* The identity in front of a selection is no header of its own. */
static inline void roundtrip_put_header(
		struct mg_builder *builder, const struct mg_telegram *telegram)
{
	if (!roundtrip_selects(telegram->ci)) {
		mg_build_header(builder, telegram);
		return;
	}
	uint8_t bytes[12];
	struct mg_telegram selection = *telegram;
	struct mg_builder header = { .bytes = bytes, .size = sizeof(bytes) };
	selection.header = MG_HEADER_LONG;
	mg_build_header(&header, &selection);
	mg_build_bytes(builder, bytes, 8);
}

/* False when the builder does not make such telegrams. */
static inline bool roundtrip_build(struct roundtrip *roundtrip)
{
	const struct roundtrip_decoded *sent = &roundtrip->sent;
	const struct mg_telegram *telegram = &sent->telegram;
	uint8_t data[MG_FRAME_MAX];
	struct mg_builder builder = { .bytes = data, .size = sizeof(data) };
	if (telegram->content > MG_CONTENT_FIXED) {
		return false;
	}
	for (size_t i = 0; i < sent->count; i++) {
		roundtrip->poisoned[i] = roundtrip_poison(&sent->records[i]);
	}
	if (telegram->content == MG_CONTENT_FIXED) {
		mg_build_fixed(&builder, telegram, roundtrip->poisoned);
	} else {
		roundtrip_put_header(&builder, telegram);
		roundtrip_byte(&builder, telegram->app_error);
		roundtrip_byte(&builder, telegram->alarm);
	}
	for (size_t i = 0; telegram->content == MG_CONTENT_RECORDS && i < sent->count; i++) {
		mg_build_record(&builder, &roundtrip->poisoned[i]);
		if (builder.failed) {
			roundtrip->wrong = "cannot be built";
			roundtrip->record = i;
			return true;
		}
	}
	const struct mg_frame frame = { MG_FRAME_LONG, telegram->c, telegram->a, telegram->ci,
		{ data, builder.length } };
	roundtrip->size = mg_frame_build(&frame, roundtrip->bytes, sizeof(roundtrip->bytes));
	if (builder.failed || roundtrip->size == 0) {
		roundtrip->wrong = "telegram cannot be built";
	}
	return true;
}

static inline bool roundtrip_same_text(const char *a, const char *b)
{
	return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

static inline bool roundtrip_same_bytes(
		const struct mg_bytes *a, const struct mg_bytes *b)
{
	return a->size == b->size && (a->size == 0 || memcmp(a->data, b->data, a->size) == 0);
}

static inline bool roundtrip_same_date(const struct mg_date *a, const struct mg_date *b)
{
	return a->year == b->year && a->month == b->month && a->day == b->day &&
		   a->hour == b->hour && a->minute == b->minute && a->second == b->second;
}

static inline const char *roundtrip_compare_values(
		const struct mg_value *a, const struct mg_value *b)
{
	if (a->type != b->type || a->quality != b->quality) {
		return "type or quality";
	}
	if (!roundtrip_same_text(a->reason, b->reason)) {
		return "reason";
	}
	if (a->mantissa != b->mantissa || a->exponent != b->exponent ||
			a->negative != b->negative) {
		return "number";
	}
	if (memcmp(a->wide, b->wide, sizeof(a->wide)) != 0) {
		return "wide";
	}
	return roundtrip_same_date(&a->date, &b->date) ? NULL : "date";
}

static inline bool roundtrip_same_modifiers(
		const struct mg_data_record *a, const struct mg_data_record *b)
{
	size_t i = 0;
	while (i < a->modifier_count && i < b->modifier_count &&
			strcmp(a->modifiers[i], b->modifiers[i]) == 0) {
		i++;
	}
	return i == a->modifier_count && i == b->modifier_count;
}

/* What people read. */
static inline const char *roundtrip_compare_texts(
		const struct mg_data_record *a, const struct mg_data_record *b)
{
	static const struct {
		const char *what;
		size_t (*write)(const struct mg_data_record *record, char *text, size_t size);
	} rows[] = { { "name", mg_record_name }, { "value text", mg_value_text },
		{ "shown text", mg_shown_text }, { "unit text", mg_unit_text } };
	char texts[2][MG_TEXT_SIZE];
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		rows[i].write(a, texts[0], sizeof(texts[0]));
		rows[i].write(b, texts[1], sizeof(texts[1]));
		if (strcmp(texts[0], texts[1]) != 0) {
			return rows[i].what;
		}
	}
	return NULL;
}

/* What a compact profile holds follows from its VIB, too. */
static inline bool roundtrip_same_profile(
		const struct mg_data_record *a, const struct mg_data_record *b)
{
	struct mg_profile first, second;
	if (mg_profile_read(a, &first) != mg_profile_read(b, &second)) {
		return false;
	}
	return first.mode == second.mode && first.exponent == second.exponent &&
		   first.factor == second.factor && first.inverse == second.inverse &&
		   first.registers == second.registers && first.count == second.count;
}

static inline const char *roundtrip_compare_records(
		const struct mg_data_record *a, const struct mg_data_record *b)
{
	if (a->function != b->function || a->data_field != b->data_field ||
			a->storage != b->storage || a->tariff != b->tariff ||
			a->subunit != b->subunit) {
		return "DIB";
	}
	if (a->flags != b->flags) {
		return "flags";
	}
	if (!roundtrip_same_text(a->quantity, b->quantity) ||
			!roundtrip_same_text(a->unit, b->unit) ||
			!roundtrip_same_bytes(&a->plain_unit, &b->plain_unit)) {
		return "quantity or unit";
	}
	if (!roundtrip_same_text(a->coding, b->coding) || a->data.size != b->data.size) {
		return "coding";
	}
	if (!roundtrip_same_modifiers(a, b)) {
		return "modifiers";
	}
	if (roundtrip_data_count(a) && !roundtrip_same_bytes(&a->data, &b->data)) {
		return "data";
	}
	if (!roundtrip_same_profile(a, b)) {
		return "profile";
	}
	const char *wrong = roundtrip_compare_values(&a->value, &b->value);
	return wrong != NULL ? wrong : roundtrip_compare_texts(a, b);
}

static inline const char *roundtrip_compare_telegrams(
		const struct mg_telegram *a, const struct mg_telegram *b)
{
	if (a->c != b->c || a->a != b->a || a->ci != b->ci || a->header != b->header ||
			a->content != b->content || a->flags != b->flags) {
		return "kind of telegram";
	}
	if (a->identity.id != b->identity.id ||
			a->identity.manufacturer != b->identity.manufacturer ||
			a->identity.version != b->identity.version ||
			a->identity.medium != b->identity.medium) {
		return "identity";
	}
	if (a->access != b->access || a->status != b->status ||
			a->signature != b->signature || a->security_mode != b->security_mode ||
			a->app_error != b->app_error || a->alarm != b->alarm) {
		return "header";
	}
	return NULL;
}

static inline void roundtrip_compare(struct roundtrip *roundtrip)
{
	const struct roundtrip_decoded *sent = &roundtrip->sent, *again = &roundtrip->again;
	roundtrip->wrong = roundtrip_compare_telegrams(&sent->telegram, &again->telegram);
	if (roundtrip->wrong == NULL && sent->count != again->count) {
		roundtrip->wrong = "number of records";
	}
	if (roundtrip->wrong == NULL && sent->more != again->more) {
		roundtrip->wrong = "more";
	}
	for (size_t i = 0; roundtrip->wrong == NULL && i < sent->count; i++) {
		roundtrip->record = i;
		roundtrip->wrong =
				roundtrip_compare_records(&sent->records[i], &again->records[i]);
	}
}

/* Old meters put anything into the configuration field, and it depends on the bytes
   behind it whether that means encryption; other bytes can mean it by chance. */
static inline bool roundtrip_decode_again(struct roundtrip *roundtrip)
{
	if (roundtrip_decode(roundtrip->bytes, roundtrip->size, &roundtrip->again)) {
		return true;
	}
	if (roundtrip->sent.telegram.signature == 0 ||
			roundtrip->again.telegram.security_mode == 0) {
		return false;
	}
	roundtrip->sent.telegram.signature = 0;
	roundtrip_build(roundtrip);
	return roundtrip_decode(roundtrip->bytes, roundtrip->size, &roundtrip->again);
}

/* Returns NULL, or what is wrong; roundtrip->record says with which record. */
static inline const char *roundtrip_check(struct roundtrip *roundtrip,
		const uint8_t *bytes, size_t size, struct roundtrip_counts *counts)
{
	roundtrip->wrong = NULL;
	roundtrip->record = 0;
	if (!roundtrip_decode(bytes, size, &roundtrip->sent) || !roundtrip_build(roundtrip) ||
			roundtrip->wrong != NULL) {
		return roundtrip->wrong;
	}
	if (!roundtrip_decode_again(roundtrip)) {
		return "what was built cannot be decoded";
	}
	roundtrip_compare(roundtrip);
	counts->telegrams++;
	counts->records += roundtrip->sent.count;
	return roundtrip->wrong;
}

#endif
