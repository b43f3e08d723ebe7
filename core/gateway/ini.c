/* SPDX-License-Identifier: MIT */
/* Reads the lines of an INI file: sections, keys and values, each with its place. */
#include "gateway/ini.h"

#include <errno.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <ini.h>

#include "base/utf8.h"

#define MESSAGE_SIZE 256

/* What inih reads instead of the lines. It answers with these words, by which we know
   that what it found is what we have at hand. */
static const char section_stand_in[] = "[section]\n";
static const char key_stand_in[] = "key=value\n";
static const char blank_stand_in[] = "\n";

/* One file being read, and its current line. */
struct reader {
	FILE *file;
	const struct ini_events *events;
	bool stopped;     /* an event answered false, or reading failed */
	bool in_section;  /* a section was announced */
	bool bad_section; /* its header was wrong: keys belong to nobody */
	unsigned line;
	size_t length; /* of `text` */
	char text[INI_LINE_MAX + 1];
	char key[INI_NAME_MAX + 1];
	char value[INI_VALUE_MAX + 1];
	struct ini_place key_place, value_place;
};

static bool complain(struct reader *r, size_t offset, const char *format, ...)
		__attribute__((format(printf, 3, 4)));

/* Reports an error at `offset` of the line. False, so that callers can return it. */
static bool complain(struct reader *r, size_t offset, const char *format, ...)
{
	char text[MESSAGE_SIZE];
	va_list arguments;
	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	struct ini_place place = { r->line, (unsigned)offset + 1 };
	if (!r->events->error(r->events->data, place, text)) {
		r->stopped = true;
	}
	return false;
}

/* Reads a line without its end. False at the end of the file; *fits: it was not cut. */
static bool take_line(struct reader *r, bool *fits)
{
	int c;
	r->length = 0;
	*fits = true;
	while ((c = getc_unlocked(r->file)) != EOF && c != '\n') {
		if (r->length < INI_LINE_MAX) {
			r->text[r->length++] = (char)c;
		} else {
			*fits = false;
		}
	}
	if (r->length > 0 && r->text[r->length - 1] == '\r' && *fits) {
		r->length--;
	}
	r->text[r->length] = '\0';
	return c != EOF || r->length > 0;
}

static bool check_encoding(struct reader *r)
{
	const unsigned char *text = (const unsigned char *)r->text;
	if (r->line == 1 && r->length >= 3 && memcmp(text, "\xEF\xBB\xBF", 3) == 0) {
		return complain(r, 0,
				"the file begins with a byte order mark; save it as UTF-8 without one");
	}
	size_t step;
	for (size_t i = 0; i < r->length; i += step) {
		step = utf8_step(r->text + i);
		if (step == 0) {
			return complain(r, i, "byte %02Xh is no UTF-8; save the file as UTF-8",
					(unsigned)text[i]);
		}
		if ((text[i] < 0x20 && text[i] != '\t') || text[i] == 0x7F) {
			return complain(
					r, i, "control character %02Xh in the text", (unsigned)text[i]);
		}
	}
	return true;
}

static size_t skip_blanks(const struct reader *r, size_t at)
{
	return at + strspn(r->text + at, " \t");
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static bool is_comment(char c)
{
	return c == ';' || c == '#';
}

/* Where a text that ends before `end` really ends, without the blanks behind it. */
static size_t trim(const struct reader *r, size_t start, size_t end)
{
	while (end > start && is_blank(r->text[end - 1])) {
		end--;
	}
	return end;
}

static bool check_rest(struct reader *r, size_t at, const char *behind)
{
	size_t next = skip_blanks(r, at);
	if (r->text[next] == '\0' || (is_comment(r->text[next]) && next > at)) {
		return true;
	}
	return complain(r, next, "unexpected text behind %s", behind);
}

/* "[text]". The keys below belong to nobody when it is wrong. */
static bool take_section(struct reader *r)
{
	r->in_section = true;
	r->bad_section = true;
	char *close = strchr(r->text, ']');
	if (close == NULL) {
		return complain(r, 0, "[ without ] on the same line");
	}
	size_t end = (size_t)(close - r->text);
	size_t start = skip_blanks(r, 1);
	size_t last = trim(r, start, end);
	if (!check_rest(r, end + 1, "]")) {
		return false;
	}
	if (start >= last) {
		return complain(r, 0, "a section needs a name, as in [gateway] or [bus cellar]");
	}
	if (last - start > INI_NAME_MAX) {
		return complain(r, start, "a section name of more than %d bytes", INI_NAME_MAX);
	}
	r->bad_section = false;
	r->text[last] = '\0';
	struct ini_place place = { r->line, (unsigned)start + 1 };
	r->stopped = !r->events->section(r->events->data, r->text + start, place);
	return true;
}

static bool is_key_character(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
		   c == '_' || c == '-' || c == '.';
}

/* "key"; *equals is where the sign behind it stands. */
static bool take_key(struct reader *r, size_t *equals)
{
	size_t length = 0;
	while (is_key_character(r->text[length])) {
		length++;
	}
	*equals = skip_blanks(r, length);
	if (r->text[*equals] != '=') {
		return complain(r, length > 0 ? *equals : 0,
				"expected \"key = value\", [section], or a comment behind ; or #");
	}
	if (length == 0) {
		return complain(r, 0, "there is no key before the =");
	}
	if (length > INI_NAME_MAX) {
		return complain(r, 0, "a key of more than %d bytes", INI_NAME_MAX);
	}
	memcpy(r->key, r->text, length);
	r->key[length] = '\0';
	r->key_place = (struct ini_place){ r->line, 1 };
	return true;
}

static bool append(struct reader *r, size_t *length, char c, size_t at)
{
	if (*length >= INI_VALUE_MAX) {
		return complain(r, at, "a value of more than %d bytes", INI_VALUE_MAX);
	}
	r->value[(*length)++] = c;
	r->value[*length] = '\0';
	return true;
}

/* The value behind the opening quote at `at`. */
static bool take_quoted(struct reader *r, size_t at)
{
	size_t length = 0;
	size_t i = at + 1;
	r->value_place = (struct ini_place){ r->line, (unsigned)i + 1 };
	for (; r->text[i] != '"'; i++) {
		if (r->text[i] == '\\') {
			i++;
			if (r->text[i] != '"' && r->text[i] != '\\') {
				return complain(r, i - 1,
						"inside quotes, \\ may stand before \" and \\ only; write \\\\");
			}
		}
		if (r->text[i] == '\0') {
			return complain(r, at, "the quote is not closed on the same line");
		}
		if (!append(r, &length, r->text[i], i)) {
			return false;
		}
	}
	return check_rest(r, i + 1, "the closing quote");
}

/* The value at `at`, up to a comment or the end of the line. */
static bool take_plain(struct reader *r, size_t at)
{
	size_t end = at;
	while (r->text[end] != '\0' &&
			!(is_comment(r->text[end]) && is_blank(r->text[end - 1]))) {
		end++;
	}
	bool commented = r->text[end] != '\0';
	size_t last = trim(r, at, end);
	size_t length = 0;
	r->value_place = (struct ini_place){ r->line, (unsigned)at + 1 };
	for (size_t i = at; i < last; i++) {
		/* Was the ; or # meant to be inside? Only the user knows. */
		if (commented && r->text[i] == '"') {
			return complain(r, i,
					"a quote in the middle of a value with a comment behind it; put the "
					"whole value into quotes");
		}
		if (!append(r, &length, r->text[i], i)) {
			return false;
		}
	}
	return true;
}

static bool take_value(struct reader *r)
{
	size_t equals;
	if (r->bad_section || !take_key(r, &equals)) {
		return false;
	}
	if (!r->in_section) {
		return complain(r, 0, "a key before the first [section]");
	}
	size_t at = skip_blanks(r, equals + 1);
	r->value[0] = '\0';
	return r->text[at] == '"' ? take_quoted(r, at) : take_plain(r, at);
}

/* Reads one line and answers what inih is to see in its stead. */
static const char *digest_line(struct reader *r, bool fits)
{
	size_t first = skip_blanks(r, 0);
	bool header = r->text[first] == '[';
	if (!fits) {
		complain(r, 0, "the line has more than %d bytes", INI_LINE_MAX);
	}
	if (!fits || !check_encoding(r)) {
		r->bad_section = r->bad_section || header;
		return blank_stand_in;
	}
	if (r->text[first] == '\0' || is_comment(r->text[first])) {
		return blank_stand_in;
	}
	if (first > 0) {
		complain(r, first,
				"a line must not begin with a blank; values cannot be continued on "
				"another line");
		r->bad_section = r->bad_section || header;
		return blank_stand_in;
	}
	if (header) {
		return take_section(r) ? section_stand_in : blank_stand_in;
	}
	return take_value(r) ? key_stand_in : blank_stand_in;
}

static void read_failed(struct reader *r)
{
	r->line++;
	complain(r, 0, "cannot be read: %s", strerror(errno));
	r->stopped = true;
}

/* Called by inih for its next line. */
static char *next_line(char *line, int size, void *stream)
{
	struct reader *r = stream;
	bool fits;
	if (r->stopped) {
		return NULL;
	}
	if (!take_line(r, &fits)) {
		if (ferror(r->file)) {
			read_failed(r);
		}
		return NULL;
	}
	if (++r->line > INI_LINES_MAX) {
		complain(r, 0, "a file of more than %d lines", INI_LINES_MAX);
		return NULL;
	}
	snprintf(line, (size_t)size, "%s", digest_line(r, fits));
	return r->stopped ? NULL : line;
}

/* Called by inih for the stand-in of a key: the truth is in the current line. */
static int found_value(
		void *user, const char *section, const char *name, const char *value)
{
	struct reader *r = user;
	if (strcmp(section, "section") != 0 || strcmp(name, "key") != 0 ||
			strcmp(value, "value") != 0) {
		complain(r, 0, "the INI library read another line than it was given");
		return 0;
	}
	if (!r->events->value(
				r->events->data, r->key, r->key_place, r->value, r->value_place)) {
		r->stopped = true;
		return 0;
	}
	return 1;
}

bool ini_read(FILE *file, const struct ini_events *events)
{
	struct reader *r = &(struct reader){ .file = file, .events = events };
	int result = ini_parse_stream(next_line, r, found_value, r);
	if (result != 0 && !r->stopped) {
		complain(r, 0, "the INI library refused line %d", result);
		r->stopped = true;
	}
	return !r->stopped;
}
