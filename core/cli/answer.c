/* SPDX-License-Identifier: MIT */
/* What the lines of a command's answer become on the terminal. */
#include "cli/answer.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/hex.h"
#include "base/utf8.h"

#define WIDTH_UNKNOWN 80
#define WIDTH_MAX 400

void answer_init(struct answer *answer, struct cli *cli, const struct cli_args *args)
{
	const char *plain = getenv("NO_COLOR");
	*answer = (struct answer){ .cli = cli, .args = args, .code = CLI_OTHER };
	answer->paints = isatty(fileno(cli->err)) == 1 && (plain == NULL || plain[0] == '\0');
}

static size_t put_utf8(unsigned code, char *out)
{
	if (code < 0x80) {
		out[0] = (char)code;
		return 1;
	}
	if (code < 0x800) {
		out[0] = (char)(0xC0 | code >> 6);
		out[1] = (char)(0x80 | (code & 0x3F));
		return 2;
	}
	out[0] = (char)(0xE0 | code >> 12);
	out[1] = (char)(0x80 | (code >> 6 & 0x3F));
	out[2] = (char)(0x80 | (code & 0x3F));
	return 3;
}

/* Four hex digits behind \u; halves of pairs become U+FFFD. Answers what follows. */
static const char *take_code(const char *text, char **out)
{
	unsigned code = 0;
	for (int i = 0; i < 4; i++) {
		int digit = hex_value(text[i]);
		if (digit < 0) {
			return NULL;
		}
		code = code << 4 | (unsigned)digit;
	}
	if (code == 0 || (code >= 0xD800 && code <= 0xDFFF)) {
		code = 0xFFFD;
	}
	*out += put_utf8(code, *out);
	return text + 4;
}

static const char *take_escape(const char *text, char **out)
{
	static const char letters[] = "nrtbf", meanings[] = "\n\r\t\b\f";
	const char *letter;
	if (*text == 'u') {
		return take_code(text + 1, out);
	}
	if (*text == '\0') {
		return NULL;
	}
	letter = strchr(letters, *text);
	*(*out)++ = letter != NULL ? meanings[letter - letters] : *text;
	return text + 1;
}

const char *answer_unescape(const char *text, char *out)
{
	if (*text != '"') {
		return NULL;
	}
	text++;
	while (text != NULL && *text != '"') {
		if (*text == '\0') {
			return NULL;
		}
		if (*text == '\\') {
			text = take_escape(text + 1, &out);
		} else {
			*out++ = *text++;
		}
	}
	*out = '\0';
	return text != NULL ? text + 1 : NULL;
}

static size_t width_of(const struct answer *answer)
{
	struct winsize size;
	if (ioctl(fileno(answer->cli->err), TIOCGWINSZ, &size) != 0 || size.ws_col == 0) {
		return WIDTH_UNKNOWN;
	}
	return size.ws_col < WIDTH_MAX ? size.ws_col : WIDTH_MAX;
}

/* Characters that fit, none of which steers the terminal. Answers how many. */
static size_t put_clean(FILE *out, const char *text, size_t width)
{
	size_t columns = 0;
	while (*text != '\0' && columns < width) {
		size_t length = utf8_step(text);
		if (length == 0 || utf8_is_control(text)) {
			fputc(' ', out);
			length = length > 0 ? length : 1;
		} else {
			fwrite(text, 1, length, out);
		}
		text += length;
		columns++;
	}
	return columns;
}

/* One line that is written over; without colour or movement but for going back. */
static void paint(struct answer *answer, const char *text)
{
	FILE *err = answer->cli->err;
	if (!answer->paints) {
		return;
	}
	fputc('\r', err);
	size_t columns = put_clean(err, text, width_of(answer) - 1);
	if (columns < answer->painted) {
		fprintf(err, "%*s", (int)(answer->painted - columns), "");
	}
	answer->painted = columns;
	fflush(err);
}

void answer_wipe(struct answer *answer)
{
	if (answer->painted > 0) {
		paint(answer, "");
		fputc('\r', answer->cli->err);
		fflush(answer->cli->err);
	}
}

static void take_result(struct answer *answer, const char *line, size_t size, bool ends)
{
	answer_wipe(answer);
	if (answer->each != NULL) {
		answer->each(answer->data, line, size);
		return;
	}
	fwrite(line, 1, size, answer->cli->out);
	if (ends) {
		fputc('\n', answer->cli->out);
	}
	cli_flush(answer->cli);
}

static void take_progress(struct answer *answer, const char *text, const char *rest)
{
	(void)rest;
	paint(answer, text);
}

static void complain(struct answer *answer, const char *text)
{
	answer_wipe(answer);
	fprintf(answer->cli->err, "metergate %s: ", answer->args->verb->name);
	put_clean(answer->cli->err, text, SIZE_MAX);
	fputc('\n', answer->cli->err);
}

static void take_warning(struct answer *answer, const char *text, const char *rest)
{
	(void)rest;
	complain(answer, text);
}

/* People's text brings its own line ends. */
static void take_text(struct answer *answer, const char *text, const char *rest)
{
	size_t size = strlen(text);
	(void)rest;
	take_result(answer, text, size, size == 0 || text[size - 1] != '\n');
}

static int code_of(const char *rest)
{
	static const char name[] = ",\"code\":";
	if (strncmp(rest, name, sizeof(name) - 1) != 0) {
		return CLI_OTHER;
	}
	long code = strtol(rest + sizeof(name) - 1, NULL, 10);
	return code >= 0 && code <= 255 ? (int)code : CLI_OTHER;
}

static void take_error(struct answer *answer, const char *text, const char *rest)
{
	complain(answer, text);
	answer->over = true;
	answer->code = code_of(rest);
}

static void take_done(struct answer *answer, const char *rest)
{
	answer_wipe(answer);
	answer->over = true;
	answer->code = code_of(rest);
}

/* Lines that are no results, by how they begin; behind that stands a string. */
static const struct {
	const char *start;
	void (*take)(struct answer *answer, const char *text, const char *rest);
} kinds[] = {
	{ "{\"progress\":", take_progress },
	{ "{\"warning\":", take_warning },
	{ "{\"text\":", take_text },
	{ "{\"error\":", take_error },
};

static void take_string(struct answer *answer, size_t kind, const char *line, size_t size)
{
	char *text = malloc(size + 1);
	const char *rest = NULL;
	if (text != NULL) {
		rest = answer_unescape(line + strlen(kinds[kind].start), text);
	}
	if (rest != NULL) {
		kinds[kind].take(answer, text, rest);
	} else {
		complain(answer, text == NULL ? "out of memory" : "a line of the answer is torn");
	}
	free(text);
}

void answer_line(struct answer *answer, const char *line, size_t size)
{
	static const char done[] = "{\"done\":true";
	if (strncmp(line, done, sizeof(done) - 1) == 0) {
		take_done(answer, line + sizeof(done) - 1);
		return;
	}
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		if (strncmp(line, kinds[i].start, strlen(kinds[i].start)) == 0) {
			take_string(answer, i, line, size);
			return;
		}
	}
	take_result(answer, line, size, true);
}
