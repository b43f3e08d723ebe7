/* SPDX-License-Identifier: MIT */
/* Notes about the bytes of a VIB (EN 13757-3, 6.4): one for each byte, but for text. */
#include "mbus/explain_vib.h"

#include "mbus/vib.h"
#include "mbus/vif.h"

enum {
	EXTENSION = 0x80,
	CODE = 0x7F,
	VIF_FB = 0xFB,
	VIF_FD = 0xFD,
	VIF_THIRD = 0xEF,
	CODE_TEXT = 0x7C,
	CODE_VENDOR = 0x7F,
};

/* The VIB being explained. */
struct walk {
	struct explain *explain;
	size_t end;
	uint32_t telegram_flags;
	bool more;         /* the last byte announced another one */
	const char *owner; /* whose the VIFEs are, when not the standard's */
};

/* The next byte, which has no note yet; false at the end. */
static bool next(struct walk *walk, uint8_t *byte)
{
	if (walk->explain->reader.at >= walk->end) {
		return false;
	}
	*byte = explain_note_byte(walk->explain);
	walk->more = (*byte & EXTENSION) != 0;
	return true;
}

static void finish(struct walk *walk)
{
	if (walk->more) {
		explain_note_add(walk->explain, ", VIFE follows");
	}
	explain_note_end(walk->explain, 1);
}

static const char *time_unit(uint32_t seconds)
{
	switch (seconds) {
	case MINUTE:
		return "min";
	case HOUR:
		return "h";
	case DAY:
		return "d";
	default:
		return "s";
	}
}

static void add_unit(struct explain *explain, const struct vif_row *row)
{
	if (row->factor == RATING_FACTOR) {
		explain_note_add(
				explain, ",%s%s × 2^-12", row->unit[0] != '\0' ? " " : "", row->unit);
		return;
	}
	if (row->unit[0] == '\0') {
		return;
	}
	explain_note_add(
			explain, ", %s", row->factor > 1 ? time_unit(row->factor) : row->unit);
	explain_note_power(explain, row->exponent);
}

/* What a code of a table of VIFs means; `table` names it where it is reserved. */
static void explain_row(struct walk *walk, const struct vif_row *row, const char *table)
{
	struct explain *explain = walk->explain;
	explain_note_begin(explain, "VIF");
	if (row->quantity == NULL) {
		explain_note_add(explain, "reserved code %02Xh of the %s",
				explain_note_byte(explain) & CODE, table);
	} else {
		explain_note_words(explain, row->quantity);
		add_unit(explain, row);
		explain_note_add(explain, "%s", row->withdrawn ? " (an old code)" : "");
	}
	finish(walk);
}

/* The bytes behind FBh and FDh. */
static void explain_extended(struct walk *walk, uint8_t vif)
{
	uint8_t code;
	explain_note(
			walk->explain, "VIF", 1, "the code follows, of the table behind %02Xh", vif);
	if (!next(walk, &code)) {
		return;
	}
	if (vif == VIF_FB) {
		explain_row(walk, &vif_fb[code & CODE], "table behind FBh");
	} else if (code != VIF_FD) {
		explain_row(walk, &vif_fd[code & CODE], "table behind FDh");
	} else {
		explain_note(walk->explain, "VIF", 1,
				"the code follows, of the second table behind FDh");
		if (next(walk, &code)) {
			explain_row(walk, &vif_fd_fd[code & CODE], "second table behind FDh");
		}
	}
}

static void explain_vif(struct walk *walk, uint8_t vif)
{
	if (vif == VIF_FB || vif == VIF_FD) {
		explain_extended(walk, vif);
	} else if (vif == VIF_THIRD) {
		walk->owner = "of a table that has no public meaning";
		explain_note_begin(walk->explain, "VIF");
		explain_note_add(walk->explain, "a table that has no public meaning");
		finish(walk);
	} else {
		explain_row(walk, &vif_primary[vif & CODE], "primary table");
	}
	if ((vif & CODE) == CODE_VENDOR) {
		walk->owner = "manufacturer specific";
	}
}

/* The length of a plain-text unit, and the text. */
static void explain_text(struct walk *walk)
{
	struct explain *explain = walk->explain;
	if (explain->reader.at >= walk->end) {
		return;
	}
	uint8_t length = explain_note_byte(explain);
	explain_note(explain, "unit", 1, "length %u of the unit as text", length);
	size_t there = walk->end - explain->reader.at;
	if (length > there) {
		explain_note_rest(explain, "unit", "the unit is cut off");
	} else if (length > 0) {
		char text[MG_TEXT_SIZE];
		struct mg_data_record record = {
			.flags = (walk->telegram_flags & MG_TELEGRAM_MODE2) != 0 ? MG_DATA_MODE2 : 0,
			.plain_unit = { explain->reader.bytes + explain->reader.at, length },
		};
		mg_unit_text(&record, text, sizeof(text));
		explain_note_begin(explain, "unit");
		explain_note_add(explain, "\"");
		explain_note_quote(explain, text);
		explain_note_add(explain, "\"");
		explain_note_end(explain, length);
	}
}

static const char *effect_text(const struct vife_row *row)
{
	static const char *const effects[] = {
		[VIFE_RESERVED] = "; the standard leaves its effect open",
		[VIFE_NAMED] = "",
		[VIFE_DATE] = "; the data are a date",
		[VIFE_DURATION] = "; the data are a duration in ",
		[VIFE_NUMBER] = "; the data are a count",
		[VIFE_PROFILE] = "; the data are a packed list of values",
		[VIFE_NON_METRIC] = ": the unit is the non-metric one",
		[VIFE_TYPE_C] = "; the data are unsigned",
		[VIFE_TYPE_D] = "; the data are bits",
		[VIFE_EXTENSION] = "",
		[VIFE_VENDOR] = "",
	};
	return effects[row->effect];
}

static void explain_vife_row(struct walk *walk, const struct vife_row *row)
{
	struct explain *explain = walk->explain;
	explain_note_begin(explain, "VIFE");
	if (row->effect == VIFE_FACTOR) {
		explain_note_add(explain, "× 10^%d", row->exponent);
	} else if (row->effect == VIFE_FAILED) {
		explain_note_add(explain, "record error: %s", row->reason);
	} else {
		explain_note_words(explain, row->name != NULL ? row->name : "reserved");
		explain_note_add(explain, "%s", effect_text(row));
		explain_note_add(explain, "%s",
				row->effect == VIFE_DURATION ? time_unit(row->factor) : "");
	}
	finish(walk);
}

static const struct vife_row *row_of(const struct walk *walk, uint8_t code)
{
	if ((walk->telegram_flags & MG_TELEGRAM_REQUEST) != 0 && code < VIFE_ACTIONS) {
		return &vife_actions[code];
	}
	return &vife_combinable[code];
}

static void explain_vife(struct walk *walk, uint8_t byte)
{
	struct explain *explain = walk->explain;
	const struct vife_row *row = row_of(walk, byte & CODE);
	if (walk->owner != NULL) {
		explain_note_begin(explain, "VIFE");
		explain_note_add(explain, "%s", walk->owner);
		finish(walk);
	} else if (row->effect == VIFE_VENDOR) {
		walk->owner = "manufacturer specific";
		explain_note_begin(explain, "VIFE");
		explain_note_add(explain, "all that follows is manufacturer specific");
		finish(walk);
	} else if (row->effect != VIFE_EXTENSION) {
		explain_vife_row(walk, row);
	} else if (!walk->more) {
		explain_note(
				explain, "VIFE", 1, "announces a code, but ends the VIFEs: reserved");
	} else {
		explain_note(
				explain, "VIFE", 1, "the code follows, of the second table of VIFEs");
		if (next(walk, &byte)) {
			explain_vife_row(walk, &vife_extension[byte & CODE]);
		}
	}
}

void explain_vib(struct explain *explain, size_t end, uint32_t telegram_flags)
{
	struct walk walk = { explain, end, telegram_flags, false, NULL };
	uint8_t vif, vife;
	if (!next(&walk, &vif)) {
		return;
	}
	explain_vif(&walk, vif);
	bool text = (vif & CODE) == CODE_TEXT;
	bool text_first = text && (!walk.more || vib_text_first(&explain->reader));
	if (text_first) {
		explain_text(&walk);
	}
	while (walk.more && next(&walk, &vife)) {
		explain_vife(&walk, vife);
	}
	if (text && !text_first) {
		explain_text(&walk);
	}
}
