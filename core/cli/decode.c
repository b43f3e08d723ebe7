/* SPDX-License-Identifier: MIT */
/* metergate decode: hex telegrams from files or stdin, one a line, to readings. */
#include <errno.h>
#include <string.h>

#include "base/hex.h"
#include "bus/assemble.h"
#include "cli/cli.h"
#include "cli/show.h"

/* Ample for a telegram of 261 bytes, a blank and a key. */
#define DECODE_LINE_SIZE 4096
#define DECODE_KEY_DIGITS 32

struct decoder {
	struct cli *cli;
	bool raw;
	size_t lines, failed;
	uint8_t bytes[DECODE_LINE_SIZE / 2];
};

/* The first character of text[0..length) that is no hex digit; `length` when all are. */
static size_t first_wrong(const char *text, size_t length)
{
	size_t at = 0;
	while (at < length && hex_value(text[at]) >= 0) {
		at++;
	}
	return at;
}

static void show(struct decoder *decoder, struct reading *reading)
{
	decoder->lines++;
	if (reading == NULL) {
		fprintf(decoder->cli->err, "metergate decode: out of memory\n");
		decoder->failed++;
		return;
	}
	const struct mg_reading *view = reading_view(reading);
	decoder->failed += view->error != NULL;
	show_reading(decoder->cli, view, decoder->raw);
	reading_unref(reading);
}

static void refuse(struct decoder *decoder, const char *error, size_t offset)
{
	const struct assemble_context context = { 0 };
	show(decoder, assemble_refusal(error, offset, &context));
}

static void decode_hex(struct decoder *decoder, const char *hex, size_t digits)
{
	const struct assemble_context context = { 0 };
	for (size_t i = 0; i < digits / 2; i++) {
		decoder->bytes[i] =
				(uint8_t)(hex_value(hex[2 * i]) << 4 | hex_value(hex[2 * i + 1]));
	}
	const struct mg_bytes frame = { decoder->bytes, digits / 2 };
	show(decoder, assemble_reading(&frame, 1, &context));
}

/* "HEX" or "HEX KEY". The offset of a refusal counts characters of the line, from 0. */
static void decode_line(struct decoder *decoder, const char *line)
{
	size_t start = strspn(line, " \t"), digits = strcspn(line + start, " \t");
	size_t key = start + digits + strspn(line + start + digits, " \t");
	size_t key_digits = strcspn(line + key, " \t");
	size_t wrong = first_wrong(line + start, digits);
	size_t wrong_key = first_wrong(line + key, key_digits);
	if (digits == 0) {
		return;
	}
	if (wrong < digits) {
		refuse(decoder, "no hex digit", start + wrong);
	} else if (digits % 2 != 0) {
		refuse(decoder, "an odd number of hex digits", start + digits);
	} else if (wrong_key < key_digits ||
			   (key_digits != 0 && key_digits != DECODE_KEY_DIGITS)) {
		refuse(decoder, "what follows the telegram is no key of 32 hex digits", key);
	} else if (line[key + key_digits + strspn(line + key + key_digits, " \t")] != '\0') {
		refuse(decoder, "more than a telegram and a key", key + key_digits);
	} else {
		decode_hex(decoder, line + start, digits);
	}
}

/* Reads up to the end of the line. False at the end of the file; `fits` is false when the
   line was longer than `size`, the rest is skipped then. */
static bool read_line(FILE *in, char *line, size_t size, bool *fits)
{
	size_t length = 0;
	int c = 0;
	*fits = true;
	while ((c = getc(in)) != EOF && c != '\n') {
		if (length + 1 < size) {
			/* A NUL would end the line; any other character is no hex digit as well. */
			line[length++] = c != '\0' ? (char)c : '?';
		} else {
			*fits = false;
		}
	}
	if (length > 0 && line[length - 1] == '\r') {
		length--;
	}
	line[length] = '\0';
	return c != EOF || length > 0 || !*fits;
}

static void decode_stream(struct decoder *decoder, FILE *in)
{
	char line[DECODE_LINE_SIZE];
	bool fits;
	while (read_line(in, line, sizeof(line), &fits)) {
		if (!fits) {
			refuse(decoder, "the line is too long for a telegram", DECODE_LINE_SIZE);
		} else if (line[0] != '#') {
			decode_line(decoder, line);
		}
	}
}

static int decode_file(
		struct decoder *decoder, const struct cli_args *args, const char *path)
{
	bool standard = strcmp(path, "-") == 0;
	FILE *in = standard ? stdin : fopen(path, "re");
	if (in != NULL) {
		decode_stream(decoder, in);
	}
	int error = in == NULL || ferror(in) ? errno : 0;
	if (in != NULL && !standard) {
		fclose(in);
	}
	if (error != 0) {
		return cli_fail(decoder->cli, args, CLI_OTHER, "%s cannot be read: %s",
				standard ? "stdin" : path, strerror(error));
	}
	return CLI_OK;
}

static int run(struct cli *cli, const struct cli_args *args)
{
	struct decoder decoder = { .cli = cli, .raw = cli_given(args, "raw") };
	int code = CLI_OK;
	if (args->operand_count == 0) {
		code = decode_file(&decoder, args, "-");
	}
	for (size_t i = 0; i < args->operand_count; i++) {
		int failed = decode_file(&decoder, args, args->operands[i]);
		code = failed != CLI_OK ? failed : code;
	}
	if (code != CLI_OK || decoder.failed == 0) {
		return code;
	}
	return decoder.failed == decoder.lines ? CLI_UNDECODABLE : CLI_SOME_FAILED;
}

static const struct cli_flag flags[] = {
	{ "raw", NULL, "with the telegram and the data bytes of every record" },
};

const struct cli_verb verb_decode = {
	.name = "decode",
	.usage = "[FILE...]",
	.summary = "decodes hex telegrams from files or stdin, without a bus",
	.details =
			"One telegram a line, as \"HEX\" or \"HEX KEY\"; empty lines and lines that\n"
			"begin with # are skipped. Each telegram gives one reading, in their order,\n"
			"also one that cannot be decoded: its \"error\" says why, \"error_offset\"\n"
			"where. Without FILE, or for -, stdin is read.",
	.flags = flags,
	.flag_count = sizeof(flags) / sizeof(flags[0]),
	.run = run,
};
