/* SPDX-License-Identifier: MIT */
/* What the words of commands that change a meter mean. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include "gateway/command_procedure.h"

bool command_procedure_number(const char *text, long low, long high, long *number)
{
	char *end;
	if (text[0] < '0' || text[0] > '9') {
		return false;
	}
	*number = strtol(text, &end, 10);
	return *end == '\0' && *number >= low && *number <= high;
}

static int digit(char c)
{
	static const char digits[] = "0123456789abcdef";
	const char *at = c != '\0' ? strchr(digits, c | 0x20) : NULL;
	return at != NULL && (c >= 'A' || (c >= '0' && c <= '9')) ? (int)(at - digits) : -1;
}

bool command_procedure_hex(struct command_procedure_draft *draft, const char *text)
{
	while (*text != '\0') {
		int high = digit(text[0]);
		int low = high >= 0 ? digit(text[1]) : -1;
		if (low < 0 || draft->size == sizeof(draft->bytes)) {
			return false;
		}
		draft->bytes[draft->size++] = (uint8_t)(high << 4 | low);
		text += 2;
		text += (*text == ':' || *text == ' ') && text[1] != '\0';
	}
	return true;
}

/* Exactly one more word, or the command has failed. */
static const char *only_word(struct command_procedure_draft *draft, const char *what)
{
	if (draft->count == 1) {
		return draft->words[0];
	}
	command_fail(draft->command, COMMAND_USAGE, "want %s behind the address of the meter",
			what);
	return NULL;
}

bool command_procedure_read_address(struct command_procedure_draft *draft)
{
	long address;
	const char *word = only_word(draft, "one new address, 0 to 250,");
	if (word == NULL) {
		return false;
	}
	if (!command_procedure_number(word, 0, MG_A_PRIMARY_LAST, &address)) {
		command_fail(draft->command, COMMAND_USAGE,
				"\"%.64s\" is no address for a meter: want 0 to 250", word);
		return false;
	}
	draft->order->new_address = (uint8_t)address;
	return true;
}

bool command_procedure_read_identity(struct command_procedure_draft *draft)
{
	const size_t digits = 8;
	size_t wrong;
	const char *word = only_word(draft, "one new identity");
	if (word == NULL) {
		return false;
	}
	if (!mg_identity_parse(word, &draft->order->new_identity, &wrong)) {
		command_fail(draft->command, COMMAND_USAGE,
				"\"%.64s\" is no identity: want eight digits, or all of it, such as "
				"12345678.KAM.16.04",
				word);
		return false;
	}
	draft->order->whole_identity = strlen(word) != digits;
	return true;
}

static bool is_baud(long baud)
{
	const uint32_t *rate = procedure_bauds();
	while (*rate != 0 && *rate != (uint32_t)baud) {
		rate++;
	}
	return *rate != 0;
}

bool command_procedure_read_baud(struct command_procedure_draft *draft)
{
	long baud;
	const char *word = only_word(draft, "one new baud rate");
	if (word == NULL) {
		return false;
	}
	if (!command_procedure_number(word, 300, 38400, &baud) || !is_baud(baud)) {
		command_fail(draft->command, COMMAND_USAGE,
				"\"%.64s\" is no baud rate of the M-Bus: want 300, 600, 1200, "
				"2400, 4800, 9600, 19200 or 38400",
				word);
		return false;
	}
	draft->order->new_baud = (uint32_t)baud;
	return true;
}

/* Words that nothing is made of are a mistake. */
bool command_procedure_read_nothing(struct command_procedure_draft *draft)
{
	if (draft->count == 0) {
		return true;
	}
	command_fail(
			draft->command, COMMAND_USAGE, "what is \"%.64s\" for?", draft->words[0]);
	return false;
}

bool command_procedure_read_reset(struct command_procedure_draft *draft)
{
	const char *code = command_flag(draft->args, "sub-code");
	if (!command_procedure_read_nothing(draft)) {
		return false;
	}
	draft->order->sub_code = -1;
	if (code == NULL) {
		return true;
	}
	if (!command_procedure_hex(draft, code) || draft->size != 1) {
		command_fail(draft->command, COMMAND_USAGE,
				"--sub-code %.64s: want one byte as two hex digits, such as 10 for user "
				"data",
				code);
		return false;
	}
	draft->order->sub_code = draft->bytes[0];
	draft->size = 0;
	return true;
}

int64_t command_procedure_zone(int64_t moment)
{
	time_t then = (time_t)moment;
	struct tm local;
	tzset();
	return localtime_r(&then, &local) != NULL ? (int64_t)local.tm_gmtoff : 0;
}

bool command_procedure_time(const char *text, int64_t *time)
{
	static const char *const forms[] = {
		"%Y-%m-%dT%H:%M:%S",
		"%Y-%m-%d %H:%M:%S",
		"%Y-%m-%dT%H:%M",
		"%Y-%m-%d %H:%M",
	};
	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
		struct tm parts = { 0 };
		const char *end = strptime(text, forms[i], &parts);
		if (end == NULL || *end != '\0') {
			continue;
		}
		struct tm asked = parts;
		*time = (int64_t)timegm(&parts);
		/* The 31st of a month that has 30 days becomes another day. */
		return asked.tm_mday == parts.tm_mday && asked.tm_sec < 60;
	}
	return false;
}

static bool read_type(struct command_procedure_draft *draft)
{
	const char *type = command_flag(draft->args, "type");
	draft->order->type_i = type != NULL && strcasecmp(type, "i") == 0;
	if (type != NULL && !draft->order->type_i && strcasecmp(type, "f") != 0) {
		command_fail(draft->command, COMMAND_USAGE,
				"--type %.64s: want f, to the minute, or i, with seconds", type);
		return false;
	}
	return true;
}

bool command_procedure_read_clock(struct command_procedure_draft *draft)
{
	const char *text = command_flag(draft->args, "time");
	bool utc = command_flag(draft->args, "utc") != NULL;
	if (!command_procedure_read_nothing(draft) || !read_type(draft)) {
		return false;
	}
	draft->order->clock_now = text == NULL || strcmp(text, "now") == 0;
	if (draft->order->clock_now) {
		draft->order->clock = utc ? 0 : command_procedure_zone((int64_t)time(NULL));
		return true;
	}
	if (!command_procedure_time(text, &draft->order->clock)) {
		command_fail(draft->command, COMMAND_USAGE,
				"--time %.64s: want now, or a time such as 2026-11-22T12:00:00, as the "
				"meter shall show it",
				text);
		return false;
	}
	return true;
}
