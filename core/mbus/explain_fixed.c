/* SPDX-License-Identifier: MIT */
/* Notes about the fixed data structure: units and counters. */
#include "mbus/explain_fixed.h"

#include "mbus/explain_data.h"
#include "mbus/fixed.h"

enum {
	COUNTER_SIZE = 4,
	UNIT_MASK = 0x3F,
	UNIT_HISTORIC = 0x3E,
};

static void explain_unit(
		struct explain *explain, unsigned counter, const struct mg_data_record *record)
{
	bool historic = (explain_note_byte(explain) & UNIT_MASK) == UNIT_HISTORIC;
	explain_note_begin(explain, "unit");
	explain_note_add(explain, "counter %u: ", counter + 1);
	explain_note_words(explain, record->quantity);
	if (record->unit[0] != '\0') {
		explain_note_add(explain, ", %s", record->unit);
	}
	if (record->value.type == MG_TYPE_NUMBER) {
		explain_note_power(explain, record->value.exponent);
	}
	explain_note_add(explain, "%s", historic ? " (historic, as the other counter)" : "");
}

static void explain_counter(
		struct explain *explain, unsigned counter, const struct mg_data_record *record)
{
	if (explain_note_whole(explain, "counter", COUNTER_SIZE)) {
		explain_note_begin(explain, "counter");
		explain_note_add(explain, "counter %u: ", counter + 1);
		explain_data_value(explain, record);
		explain_note_add(explain, "%s", record->storage != 0 ? ", storage 1" : "");
		explain_note_end(explain, COUNTER_SIZE);
	}
}

/* Each unit byte may need the other one, so that a single one means nothing. */
static void explain_units(struct explain *explain, const struct mg_telegram *telegram,
		const struct mg_data_record *records)
{
	if (!explain_note_whole(explain, "unit", FIXED_COUNTERS)) {
		return;
	}
	explain_unit(explain, 0, &records[0]);
	explain_note_end(explain, 1);
	explain_unit(explain, 1, &records[1]);
	explain_note_add(explain, "; the top bits of both: medium ");
	explain_note_words(explain, mg_telegram_medium_text(telegram));
	explain_note_end(explain, 1);
}

void explain_fixed(struct explain *explain, const struct mg_telegram *telegram)
{
	struct mg_data_record records[FIXED_COUNTERS];
	for (unsigned i = 0; i < FIXED_COUNTERS; i++) {
		fixed_read(telegram, i, &records[i]);
	}
	explain_units(explain, telegram, records);
	for (unsigned i = 0; i < FIXED_COUNTERS; i++) {
		explain_counter(explain, i, &records[i]);
	}
}
