/* SPDX-License-Identifier: MIT */
/* Notes about the headers of telegrams (EN 13757-3, 5): one for each field. */
#include "mbus/explain_header.h"

#include "mbus/explain_security.h"

enum { SOFT_ADDRESS = 0x8000 }; /* of a manufacturer: not unique in the world */

static bool mode2(const struct mg_telegram *telegram)
{
	return (telegram->flags & MG_TELEGRAM_MODE2) != 0;
}

static bool has_letter(uint32_t digits)
{
	for (; digits != 0; digits >>= 4) {
		if ((digits & 15) > 9) {
			return true;
		}
	}
	return false;
}

static void add_id(struct explain *explain, const struct mg_telegram *telegram)
{
	uint32_t id = (uint32_t)explain_note_peek(explain, 4, mode2(telegram));
	explain_note_add(explain, "identification number %08X%s", (unsigned)id,
			has_letter(id) ? ", not only decimal digits" : "");
}

static void add_manufacturer(struct explain *explain, const struct mg_telegram *telegram)
{
	char letters[5];
	uint16_t code = (uint16_t)explain_note_peek(explain, 2, mode2(telegram));
	const char *name = mg_manufacturer_name(code);
	bool soft = (code & SOFT_ADDRESS) != 0 && code != UINT16_MAX;
	code = soft ? code & (uint16_t)~SOFT_ADDRESS : code;
	explain_note_add(explain, "%s%s%s", mg_manufacturer_text(code, letters),
			name != NULL ? ", " : "", name != NULL ? name : "");
	explain_note_add(
			explain, "%s", soft ? "; the address is not unique in the world" : "");
}

static void add_version(struct explain *explain, const struct mg_telegram *telegram)
{
	(void)telegram;
	explain_note_add(explain, "version %u of the meter", explain_note_byte(explain));
}

static void add_medium(struct explain *explain, const struct mg_telegram *telegram)
{
	(void)telegram;
	explain_note_words(explain, mg_medium_text(explain_note_byte(explain)));
}

static void add_access(struct explain *explain, const struct mg_telegram *telegram)
{
	(void)telegram;
	explain_note_add(explain, "access number %u, counts the answers of the meter",
			explain_note_byte(explain));
}

static void add_status(struct explain *explain, const struct mg_telegram *telegram)
{
	const char *names[8];
	size_t count = mg_status_names(explain_note_byte(explain), telegram->header, names);
	for (size_t i = 0; i < count; i++) {
		explain_note_add(explain, "%s", i > 0 ? ", " : "");
		explain_note_words(explain, names[i]);
	}
	explain_note_add(explain, "%s", count == 0 ? "no error" : "");
}

static void add_config(struct explain *explain, const struct mg_telegram *telegram)
{
	explain_security_word(explain,
			(uint16_t)explain_note_peek(explain, 2, mode2(telegram)),
			telegram->security_mode);
}

static void add_wild_id(struct explain *explain, const struct mg_telegram *telegram)
{
	uint32_t id = (uint32_t)explain_note_peek(explain, 4, mode2(telegram));
	bool wild = false;
	for (uint32_t digits = id; digits != 0; digits >>= 4) {
		wild = wild || (digits & 15) == 15;
	}
	explain_note_add(explain, "identification number %08X%s", (unsigned)id,
			wild ? ", F for any digit" : "");
}

static void add_wild_manufacturer(
		struct explain *explain, const struct mg_telegram *telegram)
{
	unsigned code = (unsigned)explain_note_peek(explain, 2, mode2(telegram));
	if (code == UINT16_MAX) {
		explain_note_add(explain, "any manufacturer");
	} else if (code >> 8 == UINT8_MAX || (code & UINT8_MAX) == UINT8_MAX) {
		explain_note_add(explain, "manufacturer %04X, FF for any byte", code);
	} else {
		add_manufacturer(explain, telegram);
	}
}

static void add_wild_version(struct explain *explain, const struct mg_telegram *telegram)
{
	if (explain_note_byte(explain) == UINT8_MAX) {
		explain_note_add(explain, "any version");
	} else {
		add_version(explain, telegram);
	}
}

static void add_wild_medium(struct explain *explain, const struct mg_telegram *telegram)
{
	add_medium(explain, telegram);
	if (explain_note_byte(explain) == UINT8_MAX) {
		explain_note_add(explain, " medium");
	}
}

struct field {
	const char *part;
	size_t size;
	void (*add)(struct explain *explain, const struct mg_telegram *telegram);
};

#define COUNT(rows) (sizeof(rows) / sizeof((rows)[0]))

static bool explain_fields(struct explain *explain, const struct mg_telegram *telegram,
		const struct field *fields, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const struct field *field = &fields[i];
		size_t left = reader_left(&explain->reader);
		if (left < field->size) {
			explain_note(explain, left > 0 ? field->part : "missing", left,
					"the header is cut off%s%s",
					left > 0 ? "" : " before: ", left > 0 ? "" : field->part);
			return false;
		}
		explain_note_begin(explain, field->part);
		field->add(explain, telegram);
		explain_note_end(explain, field->size);
	}
	return true;
}

bool explain_header(struct explain *explain, enum mg_header header,
		const struct mg_telegram *telegram)
{
	/* clang-format off */
	static const struct field fields[] = {
		{ "id", 4, add_id },
		{ "manufacturer", 2, add_manufacturer },
		{ "version", 1, add_version },
		{ "medium", 1, add_medium },
		{ "access", 1, add_access },
		{ "status", 1, add_status },
		{ "config", 2, add_config },
	};
	static const struct field fixed[] = {
		{ "id", 4, add_id },
		{ "access", 1, add_access },
		{ "status", 1, add_status },
	};
	/* clang-format on */
	switch (header) {
	case MG_HEADER_LONG:
		return explain_fields(explain, telegram, fields, COUNT(fields));
	case MG_HEADER_SHORT:
		return explain_fields(explain, telegram, fields + 4, COUNT(fields) - 4);
	case MG_HEADER_FIXED:
		return explain_fields(explain, telegram, fixed, COUNT(fixed));
	default:
		return true;
	}
}

bool explain_header_selection(struct explain *explain, const struct mg_telegram *telegram)
{
	/* clang-format off */
	static const struct field fields[] = {
		{ "id", 4, add_wild_id },
		{ "manufacturer", 2, add_wild_manufacturer },
		{ "version", 1, add_wild_version },
		{ "medium", 1, add_wild_medium },
	};
	/* clang-format on */
	return explain_fields(explain, telegram, fields, COUNT(fields));
}
