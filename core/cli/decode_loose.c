/* SPDX-License-Identifier: MIT */
/* Reads lines of dumps. Text in front of the bytes is refused, never guessed at. */
#include "cli/decode_loose.h"

#include <string.h>

#include <metergate/mbus.h>

#include "base/hex.h"

#define SEPARATORS " \t,:;-\"'{}[]()"
#define BLANKS " \t"

enum {
	OFFSET_DIGITS_MIN = 4,
	OFFSET_DIGITS_MAX = 8,
	OFFSET_DIGITS_OD = 7, /* octal ones, as od writes them */
	TEXT_GAP = 3,         /* blanks that part bytes from text in a dump */
	TEXT_GAP_COLON = 2,   /* in a dump of xxd, whose offsets end in a colon */
};

static const char loose_hint[] =
		"neither a hex digit nor a separator; take away text in front of bytes, "
		"and put # in front of lines of text";
static const char squeezed_hint[] =
		"where a dump left out equal lines; hexdump -Cv and xxd write all";

/* Hex digits without a break. */
struct run {
	const char *digits;
	size_t count;
	bool prefixed; /* by 0x or \x */
};

static void clear(struct decode_line *line)
{
	line->size = 0;
	line->has_key = false;
	line->wrong[0] = '\0';
	line->column = 0;
}

/* Length of "0x" or "\x" at the start, otherwise 0. */
static size_t prefix_length(const char *text)
{
	bool mark = text[0] == '0' || text[0] == '\\';
	return mark && (text[1] | 0x20) == 'x' ? 2 : 0;
}

/* By its length field; 0 when there is none to go by. */
static size_t telegram_length(const uint8_t *bytes, size_t size)
{
	struct mg_frame frame;
	size_t length = 0;
	enum mg_fault fault = mg_frame_parse(bytes, size, &frame, &length);
	bool damaged = fault == MG_FAULT_CHECKSUM || fault == MG_FAULT_STOP;
	if (damaged && bytes[0] == 0x68) {
		return (size_t)bytes[1] + 6;
	}
	return fault == MG_FAULT_NONE ? length : 0;
}

static bool at_end(const char *text)
{
	char next = text[strspn(text, SEPARATORS)];
	return next == '\0' || next == '#';
}

/* Bytes may come in runs of 32 digits as well. The last run is the key when the telegram
   is whole without it, or when no run before was as long. */
static bool is_key(const struct decode_line *line, const struct run *run, size_t longest)
{
	return !run->prefixed && run->count == DECODE_LINE_KEY_DIGITS && line->size > 0 &&
		   at_end(run->digits + run->count) &&
		   (longest < DECODE_LINE_KEY_DIGITS ||
				   telegram_length(line->bytes, line->size) == line->size);
}

static bool find_run(
		struct decode_line *line, const char *text, size_t at, struct run *run)
{
	size_t prefix = prefix_length(text + at), start = at + prefix;
	*run = (struct run){ text + start, decode_line_digits(text + start), prefix > 0 };
	if (run->count > 0) {
		return true;
	}
	if (at_end(text + start)) {
		return decode_line_refuse(
				line, start, "a byte is missing behind %.*s", (int)prefix, text + at);
	}
	return decode_line_refuse_character(
			line, text, start, text[start] == '*' ? squeezed_hint : loose_hint);
}

static bool refuse_half(struct decode_line *line, const char *text, const struct run *run)
{
	size_t end = (size_t)(run->digits - text) + run->count;
	if (strchr(SEPARATORS "#|", text[end]) == NULL) {
		return decode_line_refuse_character(line, text, end, loose_hint);
	}
	return decode_line_refuse(line, end,
			"a byte has two hex digits, and the last of %zu stands alone; see whether "
			"the "
			"line was cut",
			run->count);
}

static bool add_run(struct decode_line *line, const char *text, const struct run *run)
{
	if (run->prefixed && run->count == 1) {
		line->bytes[line->size++] = (uint8_t)hex_value(run->digits[0]);
	} else if (run->count % 2 != 0) {
		return refuse_half(line, text, run);
	} else {
		decode_line_add(line, run->digits, run->count);
	}
	return true;
}

/* How much of the line is C around the bytes: "const uint8_t t[] = {" in front of them,
   or all of "unsigned int t_len = 55;". */
static size_t c_length(const char *text)
{
	const char *equals = strchr(text, '=');
	if (equals == NULL) {
		return 0;
	}
	const char *value = equals + 1 + strspn(equals + 1, BLANKS);
	if (*value == '{') {
		return (size_t)(value - text);
	}
	size_t digits = strspn(value, "0123456789");
	bool number = digits > 0 && strcmp(value + digits, ";") == 0;
	return number ? strlen(text) : 0;
}

bool decode_loose_read(const char *text, struct decode_line *line)
{
	size_t at = c_length(text), longest = 0;
	at += strspn(text + at, SEPARATORS);
	clear(line);
	line->start = at + 1;
	while (!at_end(text + at)) {
		struct run run;
		if (!find_run(line, text, at, &run)) {
			return false;
		}
		if (is_key(line, &run, longest)) {
			decode_line_take_key(line, run.digits);
		} else if (!add_run(line, text, &run)) {
			return false;
		}
		longest = run.count > longest ? run.count : longest;
		at = (size_t)(run.digits - text) + run.count;
		at += strspn(text + at, SEPARATORS);
	}
	return true;
}

static uint64_t number_of(const char *digits, size_t count, unsigned base)
{
	uint64_t number = 0;
	for (size_t i = 0; i < count; i++) {
		number = number * base + (uint64_t)hex_value(digits[i]);
	}
	return number;
}

/* True when the line begins with this offset. Sets *behind to what follows it. */
static bool find_offset(const char *text, uint64_t offset, size_t *behind)
{
	size_t start = strspn(text, BLANKS), count = decode_line_digits(text + start);
	size_t end = start + count;
	if (count < OFFSET_DIGITS_MIN || count > OFFSET_DIGITS_MAX ||
			(text[end] != '\0' && strchr(" \t:", text[end]) == NULL)) {
		return false;
	}
	*behind = end;
	bool octal = count == OFFSET_DIGITS_OD && strspn(text + start, "01234567") == count;
	return number_of(text + start, count, 16) == offset ||
		   (octal && number_of(text + start, count, 8) == offset);
}

bool decode_loose_read_dump(const char *text, uint64_t offset, struct decode_line *line)
{
	size_t at = 0;
	clear(line);
	if (!find_offset(text, offset, &at)) {
		return false;
	}
	size_t gap = text[at] == ':' ? TEXT_GAP_COLON : TEXT_GAP;
	at += text[at] == ':';
	at += strspn(text + at, BLANKS);
	size_t blanks = 0;
	while (text[at] != '\0' && text[at] != '|' && blanks < gap) {
		struct run run;
		if (!find_run(line, text, at, &run) || !add_run(line, text, &run)) {
			break;
		}
		at = (size_t)(run.digits - text) + run.count;
		blanks = strspn(text + at, BLANKS);
		at += blanks;
	}
	return true;
}
