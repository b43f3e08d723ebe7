/* SPDX-License-Identifier: MIT */
/* Records that are selected or frozen, and frames that are sent as they stand. */
#include <stdio.h>
#include <string.h>

#include "gateway/command_procedure.h"

enum {
	FIELD_SELECTION = 8,
	EXTENSION = 0x80,
	VIF_LAST = 0x7F,
	VIF_FB = 0xFB,
	VIF_FD = 0xFD,
	DIF_ALL = 0x7F,
	VIFE_FREEZE = 0x0B,
	CI_FREEZE = 0x5C,
	STORAGE_MOST = 1000,
	START_LONG = 0x68,
};

struct meaning {
	const char *quantity, *unit;
};

/* What the codec makes of a VIF of one or two bytes. */
static struct meaning meaning_of(const uint8_t *vif, size_t size)
{
	uint8_t bytes[4] = { 0 };
	struct mg_data_record record;
	const struct mg_telegram telegram = { .content = MG_CONTENT_RECORDS,
		.records = { bytes, 1 + size } };
	struct mg_record_cursor cursor = mg_telegram_records(&telegram);
	memcpy(bytes + 1, vif, size);
	bool read = mg_record_next(&cursor, &record) == MG_FAULT_NONE;
	return (struct meaning){ read ? record.quantity : "",
		read && record.unit != NULL ? record.unit : "" };
}

/* Looks in one table: the last VIF of the first run of this quantity in one unit. All
   bits of the exponent set stand for the usual resolution (EN 13757-3). */
static bool find_in(uint8_t table, const char *name, uint8_t vif[2])
{
	size_t at = table != 0;
	uint8_t code[2] = { table, 0 };
	const char *unit = NULL;
	for (unsigned i = 0; i <= VIF_LAST; i++) {
		code[at] = (uint8_t)i;
		struct meaning meaning = meaning_of(code, at + 1);
		bool same = strcmp(meaning.quantity, name) == 0;
		if (unit != NULL && (!same || strcmp(meaning.unit, unit) != 0)) {
			return true;
		}
		if (same) {
			unit = meaning.unit;
			memcpy(vif, code, sizeof(code));
		}
	}
	return unit != NULL;
}

/* How many bytes the VIF of a quantity has; 0 when there is none. */
static size_t find_vif(const char *name, uint8_t vif[2])
{
	static const uint8_t tables[] = { 0, VIF_FD, VIF_FB };
	for (size_t i = 0; i < sizeof(tables); i++) {
		if (find_in(tables[i], name, vif)) {
			return tables[i] != 0 ? 2 : 1;
		}
	}
	return 0;
}

/* Names of readings have _ where those of quantities have -. */
static const char *hyphened(const char *name, char text[MG_NAME_SIZE])
{
	snprintf(text, MG_NAME_SIZE, "%s", name);
	for (char *at = text; *at != '\0'; at++) {
		*at = *at == '_' ? '-' : *at;
	}
	return text;
}

bool command_procedure_record(struct command_procedure_draft *draft, const char *name,
		uint8_t data_field, uint64_t storage, uint8_t vife)
{
	char text[MG_NAME_SIZE];
	uint8_t vif[2];
	const uint8_t all = DIF_ALL;
	size_t size = find_vif(hyphened(name, text), vif);
	struct mg_builder builder = {
		.bytes = draft->bytes, .size = sizeof(draft->bytes), .length = draft->size
	};
	if (strcmp(name, "all") == 0 && vife == 0) {
		mg_build_bytes(&builder, &all, 1);
	} else if (size == 0) {
		return false;
	} else {
		mg_build_dib(&builder, data_field, MG_FUNCTION_INSTANTANEOUS, storage, 0, 0);
		if (vife != 0) {
			vif[size - 1] |= EXTENSION;
		}
		mg_build_bytes(&builder, vif, size);
		mg_build_bytes(&builder, &vife, vife != 0);
	}
	draft->size = builder.length;
	return !builder.failed;
}

/* Hex, or a name. */
static bool read_word(struct command_procedure_draft *draft, const char *word,
		uint8_t data_field, uint64_t storage, uint8_t vife)
{
	size_t before = draft->size;
	if (command_procedure_hex(draft, word)) {
		return true;
	}
	draft->size = before;
	if (command_procedure_record(draft, word, data_field, storage, vife)) {
		draft->order->by_name = true;
		return true;
	}
	command_fail(draft->command, COMMAND_USAGE,
			"\"%.64s\" is neither bytes of records nor a quantity: want hex such as "
			"08 13, or names such as volume, energy, flow-temperature",
			word);
	return false;
}

static bool read_words(struct command_procedure_draft *draft, uint8_t data_field,
		uint64_t storage, uint8_t vife)
{
	for (size_t i = 0; i < draft->count; i++) {
		if (!read_word(draft, draft->words[i], data_field, storage, vife)) {
			return false;
		}
	}
	return true;
}

bool command_procedure_read_select(struct command_procedure_draft *draft)
{
	if (draft->count == 0) {
		command_fail(draft->command, COMMAND_USAGE,
				"which records? want hex such as 08 13, or names such as volume, or all, "
				"or default");
		return false;
	}
	if (draft->count == 1 && strcmp(draft->words[0], "default") == 0) {
		/* The only way back that the standard has. */
		draft->order->kind = PROCEDURE_RESET;
		draft->order->sub_code = -1;
		return true;
	}
	return read_words(draft, FIELD_SELECTION, 0, 0);
}

static bool read_freeze_ci(struct command_procedure_draft *draft)
{
	const char *ci = command_flag(draft->args, "ci");
	draft->order->freeze_ci = CI_FREEZE;
	if (ci == NULL) {
		return true;
	}
	if (!command_procedure_hex(draft, ci) || draft->size != 1) {
		command_fail(draft->command, COMMAND_USAGE,
				"--ci %.64s: want 5C, or 54 for older meters", ci);
		return false;
	}
	draft->order->freeze_ci = draft->bytes[0];
	draft->size = 0;
	return true;
}

bool command_procedure_read_freeze(struct command_procedure_draft *draft)
{
	const char *text = command_flag(draft->args, "storage");
	long storage = 1;
	draft->order->broadcast = command_flag(draft->args, "broadcast") != NULL;
	if (draft->count == 0) {
		return read_freeze_ci(draft);
	}
	if (draft->order->broadcast || command_flag(draft->args, "ci") != NULL) {
		command_fail(draft->command, COMMAND_USAGE,
				"records are frozen in one meter, by its own command: leave out --ci and "
				"--broadcast, or the records");
		return false;
	}
	if (text != NULL && !command_procedure_number(text, 1, STORAGE_MOST, &storage)) {
		command_fail(draft->command, COMMAND_USAGE, "--storage %.64s: want 1 to %d", text,
				STORAGE_MOST);
		return false;
	}
	return read_words(draft, 0, (uint64_t)storage, VIFE_FREEZE);
}

/* Puts a frame in the place of what was read. */
static bool build(struct command_procedure_draft *draft, const struct mg_frame *frame)
{
	uint8_t bytes[MG_FRAME_MAX];
	draft->size = mg_frame_build(frame, bytes, sizeof(bytes));
	memcpy(draft->bytes, bytes, draft->size);
	if (draft->size > 0) {
		return true;
	}
	command_fail(draft->command, COMMAND_USAGE,
			"too much for one frame: want 252 bytes behind CI at most");
	return false;
}

/* Address and data of a short form: "nke 5", "ud 5 51 01 7A 07". */
static bool build_form(struct command_procedure_draft *draft, uint8_t c, bool has_data)
{
	long address;
	if (draft->count < (has_data ? 3u : 2u) || (!has_data && draft->count > 2) ||
			!command_procedure_number(draft->words[1], 0, MG_A_BROADCAST, &address)) {
		command_fail(draft->command, COMMAND_USAGE,
				"want %s ADDRESS%s with an address of "
				"0 to 255",
				draft->words[0], has_data ? " CI [DATA...]," : ",");
		return false;
	}
	for (size_t i = 2; i < draft->count; i++) {
		if (!command_procedure_hex(draft, draft->words[i])) {
			command_fail(draft->command, COMMAND_USAGE,
					"\"%.64s\" is no hex, or it is too much for one frame",
					draft->words[i]);
			return false;
		}
	}
	struct mg_frame frame = {
		.type = has_data ? MG_FRAME_LONG : MG_FRAME_SHORT, .c = c, .a = (uint8_t)address
	};
	if (has_data && draft->size > 0) {
		frame.ci = draft->bytes[0];
		frame.data = (struct mg_bytes){ draft->bytes + 1, draft->size - 1 };
	}
	return build(draft, &frame);
}

static bool read_raw(struct command_procedure_draft *draft)
{
	for (size_t i = 0; i < draft->count; i++) {
		if (!command_procedure_hex(draft, draft->words[i])) {
			command_fail(draft->command, COMMAND_USAGE,
					"\"%.64s\" is neither hex nor a request (nke, req_ud1, req_ud2, ud, "
					"req_ske), or it is too much for one frame",
					draft->words[i]);
			return false;
		}
	}
	return true;
}

/* C A [CI DATA] get start, length, checksum and stop. */
static bool frame_raw(struct command_procedure_draft *draft)
{
	const uint8_t *bytes = draft->bytes;
	if (draft->size < 2) {
		command_fail(draft->command, COMMAND_USAGE,
				"--frame puts start, length and checksum around C A, or C A CI and data");
		return false;
	}
	uint8_t data[COMMAND_PROCEDURE_BYTES];
	memcpy(data, bytes, draft->size);
	struct mg_frame frame = { .type = MG_FRAME_SHORT, .c = data[0], .a = data[1] };
	if (draft->size > 2) {
		frame.type = MG_FRAME_LONG;
		frame.ci = data[2];
		frame.data = (struct mg_bytes){ data + 3, draft->size - 3 };
	}
	return build(draft, &frame);
}

/* The bytes are a frame but for its checksum: that is a slip, seldom a wish. */
static bool check_sum(struct command_procedure_draft *draft)
{
	struct mg_frame frame;
	size_t length;
	const uint8_t *bytes = draft->bytes;
	if (draft->order->force ||
			mg_frame_parse(bytes, draft->size, &frame, &length) != MG_FAULT_CHECKSUM) {
		return true;
	}
	uint8_t sum = 0;
	size_t at = bytes[0] == START_LONG ? 4 : 1;
	size_t end = at + (bytes[0] == START_LONG ? bytes[1] : 2);
	for (; at < end; at++) {
		sum = (uint8_t)(sum + bytes[at]);
	}
	command_fail(draft->command, COMMAND_USAGE,
			"the checksum of these bytes is %02X, and would have to be %02X: no meter "
			"would answer. Nothing was sent; correct it, let --frame put it there, "
			"or send them as they are with --force",
			(unsigned)bytes[end], (unsigned)sum);
	return false;
}

bool command_procedure_read_send(struct command_procedure_draft *draft)
{
	static const struct {
		const char *name;
		uint8_t c;
		bool has_data;
	} forms[] = {
		{ "nke", MG_C_SND_NKE, false },
		{ "req_ud1", MG_C_REQ_UD1 | MG_C_FCB, false },
		{ "req_ud2", MG_C_REQ_UD2 | MG_C_FCB, false },
		{ "req_ske", 0x49, false },
		{ "ud", MG_C_SND_UD | MG_C_FCB, true },
	};
	if (draft->count == 0) {
		command_fail(draft->command, COMMAND_USAGE,
				"what? want a frame in hex, or nke 5, req_ud2 5, ud 5 CI DATA");
		return false;
	}
	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
		if (strcmp(draft->words[0], forms[i].name) == 0) {
			return build_form(draft, forms[i].c, forms[i].has_data);
		}
	}
	if (!read_raw(draft)) {
		return false;
	}
	return command_flag(draft->args, "frame") != NULL ? frame_raw(draft)
													  : check_sum(draft);
}
