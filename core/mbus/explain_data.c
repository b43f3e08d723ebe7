/* SPDX-License-Identifier: MIT */
/* Notes about the data of records: what they are, and the value that they make. */
#include "mbus/explain_data.h"

#include <string.h>

#include <metergate/profile.h>

#include "mbus/vif.h"

enum {
	DATA_REAL = 0x05,
	PROFILE_HEAD = 2,        /* bytes in front of the elements of a compact profile */
	CODE_DEVICE_TYPE = 0x09, /* of the table behind FDh */
};

const char *explain_data_field(unsigned data_field)
{
	static const char *const fields[16] = {
		[0x0] = "no data",
		[0x1] = "8 bit integer",
		[0x2] = "16 bit integer",
		[0x3] = "24 bit integer",
		[0x4] = "32 bit integer",
		[0x5] = "32 bit real",
		[0x6] = "48 bit integer",
		[0x7] = "64 bit integer",
		[0x8] = "selection for readout",
		[0x9] = "2 digit BCD",
		[0xA] = "4 digit BCD",
		[0xB] = "6 digit BCD",
		[0xC] = "8 digit BCD",
		[0xD] = "variable length",
		[0xE] = "12 digit BCD",
		[0xF] = "special function",
	};
	return fields[data_field];
}

struct lvar_row {
	uint8_t first, last; /* LVAR bytes, both included */
	const char *text;
};

void explain_data_lvar(struct explain *explain, bool raw)
{
	/* clang-format off */
	static const struct lvar_row rows[] = {
		{ 0x00, 0xBF, "text" },
		{ 0xC0, 0xC9, "positive BCD" },
		{ 0xD0, 0xD9, "negative BCD" },
		{ 0xE0, 0xEF, "binary number" },
	};
	/* clang-format on */
	uint8_t lvar = explain_note_byte(explain);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (lvar <= rows[i].last) {
			explain_note(explain, "LVAR", 1, "length %u, %s",
					(unsigned)(lvar - rows[i].first),
					raw && i == 0 ? "bytes" : rows[i].text);
			return;
		}
	}
	explain_note(explain, "LVAR", 1, "large binary number");
}

static void add_magnitude(struct explain *explain, int64_t number)
{
	uint64_t magnitude = number < 0 ? 0u - (uint64_t)number : (uint64_t)number;
	explain_note_add(
			explain, "%s%llu", number < 0 ? "-" : "", (unsigned long long)magnitude);
}

/* The number as sent, where factors of the VIB made another one of it. */
static void add_raw(struct explain *explain, const struct mg_data_record *record,
		const struct vib *vib)
{
	const struct mg_value *value = &record->value;
	bool rating = vib->factor == RATING_FACTOR;
	int exponent = (int)value->exponent - (rating ? RATING_EXPONENT : 0);
	if (value->type != MG_TYPE_NUMBER || record->data_field == DATA_REAL ||
			(vib->factor == 1 && exponent == 0)) {
		return;
	}
	explain_note_add(explain, " (");
	add_magnitude(explain, value->mantissa / (int64_t)vib->factor);
	if (rating) {
		explain_note_add(explain, " × 2^-12");
	} else if (vib->factor > 1) {
		explain_note_add(explain, " × %u", (unsigned)vib->factor);
	}
	explain_note_power(explain, exponent);
	explain_note_add(explain, ")");
}

static void add_text(struct explain *explain, const struct mg_data_record *record)
{
	char text[MG_TEXT_SIZE];
	bool quoted =
			record->value.type == MG_TYPE_TEXT && (record->flags & MG_DATA_IDENTITY) == 0;
	mg_value_text(record, text, sizeof(text));
	explain_note_add(explain, "%s", quoted ? "\"" : "");
	explain_note_quote(explain, text);
	explain_note_add(explain, "%s", quoted ? "\"" : "");
	mg_unit_text(record, text, sizeof(text));
	if (text[0] != '\0') {
		explain_note_add(explain, " ");
		explain_note_quote(explain, text);
	}
	if ((record->flags & MG_DATA_SUMMER) != 0) {
		explain_note_add(explain, ", summer time");
	}
}

/* What was sent in place of a value, unless the reason ends in it. */
static void add_shown(struct explain *explain, const char *reason, const char *shown)
{
	size_t length = strlen(reason), size = strlen(shown);
	if (size > length || strcmp(reason + length - size, shown) != 0) {
		explain_note_add(explain, ": %s", shown);
	}
}

void explain_data_value(struct explain *explain, const struct mg_data_record *record)
{
	if (record->value.quality != MG_QUALITY_GOOD) {
		char shown[MG_TEXT_SIZE];
		mg_shown_text(record, shown, sizeof(shown));
		explain_note_add(explain, "no value: %s", record->value.reason);
		add_shown(explain, record->value.reason, shown);
	} else if (record->value.type == MG_TYPE_BYTES) {
		explain_note_add(explain, "bytes as they are, no number");
	} else {
		add_text(explain, record);
	}
}

/* What a value means beyond its number. */
static void add_meaning(struct explain *explain, const struct mg_data_record *record,
		const struct vib *vib)
{
	const struct mg_value *value = &record->value;
	if (value->type != MG_TYPE_NUMBER || value->mantissa < 0 || value->exponent != 0) {
		return;
	}
	if (vib->type == VIF_BITS) {
		explain_note_add(explain, ": ");
		explain_note_bits(explain, (uint64_t)value->mantissa);
	}
	if (record->quantity == vif_fd[CODE_DEVICE_TYPE].quantity &&
			value->mantissa <= UINT8_MAX) {
		explain_note_add(explain, ": ");
		explain_note_words(explain, mg_medium_text((uint8_t)value->mantissa));
	}
}

static void explain_profile_mode(
		struct explain *explain, const struct mg_profile *profile)
{
	static const char *const modes[] = {
		[MG_PROFILE_ABSOLUTE] = "values",
		[MG_PROFILE_INCREMENT] = "increments",
		[MG_PROFILE_DECREMENT] = "decrements",
		[MG_PROFILE_DIFFERENCE] = "differences",
	};
	explain_note(explain, "data", 1, "profile of %s, each %s", modes[profile->mode],
			explain_data_field(profile->data_field));
}

static void explain_profile_step(
		struct explain *explain, const struct mg_profile *profile)
{
	explain_note_begin(explain, "data");
	if (profile->columns > 0) {
		explain_note_add(explain, "columns of registers: %u", profile->columns);
	} else if (profile->half_month) {
		explain_note_add(explain, "step: half a month");
	} else if (profile->months > 0) {
		explain_note_add(explain, "step in months: %u", profile->months);
	} else if (profile->seconds > 0) {
		explain_note_add(explain, "step: %u s", (unsigned)profile->seconds);
	} else {
		explain_note_add(explain, "a reserved step");
	}
	explain_note_add(explain, "%s", profile->inverse ? ", into the past" : "");
	explain_note_end(explain, 1);
}

/* Each element, as sent: what it adds to needs another record. */
static void explain_profile(struct explain *explain, const struct mg_data_record *record,
		struct mg_profile *profile)
{
	size_t count = profile->count > 0 ? profile->count : 1;
	size_t size = (record->data.size - PROFILE_HEAD) / count;
	struct mg_profile_element element;
	struct mg_data_record shown = *record;
	explain_profile_mode(explain, profile);
	explain_profile_step(explain, profile);
	while (mg_profile_next(profile, NULL, &element)) {
		shown.value = element.value;
		shown.data = (struct mg_bytes){
			record->data.data + PROFILE_HEAD + element.index * size, size
		};
		explain_note_begin(explain, "data");
		explain_note_add(explain, "element %u: ", (unsigned)element.index + 1);
		explain_data_value(explain, &shown);
		explain_note_end(explain, size);
	}
}

void explain_data(struct explain *explain, const struct mg_data_record *record,
		const struct vib *vib)
{
	if (record->data_field == DATA_LVAR) {
		explain_data_lvar(explain, record->value.type == MG_TYPE_BYTES);
	}
	if (record->data.size == 0) {
		return;
	}
	struct mg_profile profile;
	if (mg_profile_read(record, &profile)) {
		explain_profile(explain, record, &profile);
		return;
	}
	explain_note_begin(explain, "data");
	explain_data_value(explain, record);
	add_raw(explain, record, vib);
	add_meaning(explain, record, vib);
	explain_note_end(explain, record->data.size);
}
