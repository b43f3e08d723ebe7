/* SPDX-License-Identifier: MIT */
/* metergate decode: telegrams from files or stdin to readings, without a bus. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "bus/assemble.h"
#include "cli/cli.h"
#include "cli/decode_input.h"
#include "cli/decode_open.h"
#include "cli/explain.h"
#include "cli/key_flag.h"
#include "cli/show.h"
#include "cli/show_table.h"
#include "cli/xml.h"

#define READ_SIZE 65536
#define HEX_MIN 10 /* digits of the shortest telegram that somebody would paste */

struct decoder {
	struct cli *cli;
	const struct cli_args *args;
	/* Shows one reading as the mode wants it. */
	void (*show)(struct decoder *decoder, const struct decode_item *item,
			const struct assemble_context *context, const struct mg_reading *reading);
	bool raw, has_key, has_identity;
	struct secure_key key; /* of telegrams without one of their own */
	struct mg_identity identity;
	struct formats *formats;
	size_t items, failed;
};

static const struct show_hints hints = {
	.encrypted = "give it with --key, or behind the telegram",
	.plain = "if that is right, leave out the key",
};

static void say_wrong(const struct decoder *decoder, const struct decode_item *item)
{
	if (item->wrong != NULL) {
		fprintf(decoder->cli->err, "%s\n", item->wrong);
	}
}

static void show_as_json(struct decoder *decoder, const struct decode_item *item,
		const struct assemble_context *context, const struct mg_reading *reading)
{
	(void)item;
	(void)context;
	show_json(decoder->cli, reading, decoder->raw);
}

static void show_as_table(struct decoder *decoder, const struct decode_item *item,
		const struct assemble_context *context, const struct mg_reading *reading)
{
	(void)context;
	say_wrong(decoder, item);
	if (item->wrong == NULL) {
		show_table(decoder->cli->out, item->place, reading, &hints);
	}
}

static void show_as_xml(struct decoder *decoder, const struct decode_item *item,
		const struct assemble_context *context, const struct mg_reading *reading)
{
	(void)context;
	say_wrong(decoder, item);
	if (item->wrong == NULL && reading->error != NULL) {
		fprintf(decoder->cli->err, "%s: %s\n", item->place, reading->error);
	}
	xml_write(decoder->cli->out, reading);
}

static void show_explained(struct decoder *decoder, const struct decode_item *item,
		const struct assemble_context *context, const struct mg_reading *reading)
{
	struct decode_opened opened;
	FILE *out = decoder->cli->out;
	say_wrong(decoder, item);
	if (item->wrong != NULL) {
		return;
	}
	bool open = decode_open(&opened, &item->telegram, context);
	fprintf(out, "%s\n", item->place);
	explain_print(out, isatty(fileno(out)) != 0, &item->telegram, open ? &opened : NULL);
	if (reading->error != NULL) {
		const char *hint = show_table_hint(reading, &hints);
		fprintf(out, "error: %s%s%s\n", reading->error, hint != NULL ? "; " : "",
				hint != NULL ? hint : "");
	}
	fputc('\n', out);
}

/* For decode_input_create(). */
static void take_item(void *context, const struct decode_item *item)
{
	struct decoder *decoder = context;
	const struct assemble_context how = {
		.key = item->key != NULL  ? item->key
			   : decoder->has_key ? &decoder->key
								  : NULL,
		.identity = decoder->has_identity ? &decoder->identity : NULL,
		.formats = decoder->formats,
		.error = item->hint,
		.time = item->time,
		.bus = item->bus,
		.device = item->device,
	};
	if (decoder->cli->lost != 0) {
		return;
	}
	struct reading *reading = item->wrong != NULL
									  ? assemble_refusal(item->wrong, item->offset, &how)
									  : assemble_reading(&item->telegram, 1, &how);
	decoder->items++;
	if (reading == NULL) {
		fprintf(decoder->cli->err, "metergate decode: out of memory\n");
		decoder->failed++;
		return;
	}
	const struct mg_reading *view = reading_view(reading);
	decoder->failed += view->error != NULL;
	decoder->show(decoder, item, &how, view);
	cli_flush(decoder->cli);
	reading_unref(reading);
}

/* Ends early when nobody takes the results. 0, or -errno of what cannot be read. */
static int decode_stream(const struct cli *cli, struct decode_input *input, int fd)
{
	char bytes[READ_SIZE];
	ssize_t count;
	while (cli->lost == 0 && (count = read(fd, bytes, sizeof(bytes))) != 0) {
		if (count < 0 && errno != EINTR) {
			return -errno;
		}
		if (count > 0) {
			decode_input_feed(input, bytes, (size_t)count);
		}
	}
	return 0;
}

static int open_and_decode(struct decoder *decoder, const char *path, const char *name)
{
	bool standard = strcmp(path, "-") == 0;
	const struct decode_input_options options = {
		.name = name,
		.loose = cli_given(decoder->args, "loose"),
		.binary = cli_given(decoder->args, "binary"),
		.frames = cli_given(decoder->args, "explain"),
	};
	int fd = standard ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	if (fd < 0) {
		return -errno;
	}
	struct decode_input *input = decode_input_create(&options, take_item, decoder);
	int failed = input != NULL ? decode_stream(decoder->cli, input, fd) : -ENOMEM;
	if (input != NULL) {
		decode_input_end(input);
	}
	decode_input_destroy(input);
	if (!standard) {
		close(fd);
	}
	return failed;
}

/* A telegram in the place of a file. */
static bool is_hex(const char *path)
{
	size_t length = strlen(path);
	return length >= HEX_MIN && strspn(path, "0123456789abcdefABCDEF ") == length;
}

static int decode_file(struct decoder *decoder, const char *path)
{
	const char *name = strcmp(path, "-") == 0 ? "stdin" : path;
	int failed = open_and_decode(decoder, path, name);
	if ((failed == -ENOENT || failed == -ENAMETOOLONG) && is_hex(path)) {
		return cli_fail(decoder->cli, decoder->args, CLI_OTHER,
				"there is no file %.16s%s; telegrams are read from files and stdin: "
				"echo HEX | metergate decode",
				path, strlen(path) > 16 ? "..." : "");
	}
	if (failed < 0) {
		bool refused = failed == -EACCES || failed == -EPERM;
		return cli_fail(decoder->cli, decoder->args, refused ? CLI_PERMISSION : CLI_OTHER,
				"%s cannot be read: %s", name, strerror(-failed));
	}
	return CLI_OK;
}

static int decode_all(struct decoder *decoder)
{
	const struct cli_args *args = decoder->args;
	int code = args->operand_count == 0 ? decode_file(decoder, "-") : CLI_OK;
	for (size_t i = 0; i < args->operand_count && decoder->cli->lost == 0; i++) {
		int failed = decode_file(decoder, args->operands[i]);
		code = failed != CLI_OK ? failed : code;
	}
	if (code != CLI_OK || decoder->failed == 0) {
		return code;
	}
	return decoder->failed == decoder->items ? CLI_UNDECODABLE : CLI_SOME_FAILED;
}

static int take_identity(struct decoder *decoder)
{
	size_t wrong;
	const char *text = cli_value(decoder->args, "address");
	struct mg_identity *identity = &decoder->identity;
	if (text == NULL) {
		return CLI_OK;
	}
	if (!mg_identity_parse(text, identity, &wrong) || !secure_identity_whole(identity)) {
		return cli_fail(decoder->cli, decoder->args, CLI_USAGE,
				"--address %s: want all of the meter's identity, as in "
				"12345678.KAM.10.04",
				text);
	}
	decoder->has_identity = true;
	return CLI_OK;
}

static int take_mode(struct decoder *decoder)
{
	static const struct {
		const char *flag;
		void (*show)(struct decoder *decoder, const struct decode_item *item,
				const struct assemble_context *context, const struct mg_reading *reading);
	} modes[] = {
		{ "json", show_as_json },
		{ "table", show_as_table },
		{ "explain", show_explained },
		{ "xml", show_as_xml },
	};
	const char *given = NULL;
	decoder->show = decoder->cli->json ? show_as_json : show_as_table;
	for (size_t i = 0; i < sizeof(modes) / sizeof(modes[0]); i++) {
		if (!cli_given(decoder->args, modes[i].flag)) {
			continue;
		}
		if (given != NULL) {
			return cli_fail(decoder->cli, decoder->args, CLI_USAGE,
					"--%s and --%s exclude each other; give one of them", given,
					modes[i].flag);
		}
		given = modes[i].flag;
		decoder->show = modes[i].show;
	}
	if (decoder->raw && given != NULL && decoder->show != show_as_json) {
		return cli_fail(decoder->cli, decoder->args, CLI_USAGE,
				"--raw adds to JSON lines; leave out --raw or --%s", given);
	}
	return CLI_OK;
}

static int take_options(struct decoder *decoder)
{
	const struct cli_args *args = decoder->args;
	if (cli_given(args, "loose") && cli_given(args, "binary")) {
		return cli_fail(decoder->cli, args, CLI_USAGE,
				"--loose and --binary exclude each other; give one of them");
	}
	int failed = take_mode(decoder);
	if (failed == CLI_OK) {
		failed = key_flag_read(decoder->cli, args, &decoder->key, &decoder->has_key);
	}
	return failed != CLI_OK ? failed : take_identity(decoder);
}

static int run(struct cli *cli, const struct cli_args *args)
{
	struct decoder decoder = {
		.cli = cli,
		.args = args,
		.raw = cli_given(args, "raw"),
	};
	int code = take_options(&decoder);
	if (code != CLI_OK) {
		return code;
	}
	decoder.formats = formats_create();
	if (decoder.formats == NULL) {
		return cli_fail(cli, args, CLI_OTHER, "out of memory");
	}
	code = decode_all(&decoder);
	formats_destroy(decoder.formats);
	return code;
}

static const struct cli_flag flags[] = {
	{ "explain", NULL, "every byte: where it is, what it is, what it means" },
	{ "xml", NULL, "XML as libmbus writes normalised values" },
	{ "raw", NULL, "JSON with the telegram and the data bytes of every record" },
	{ "key", "KEY", "for encrypted telegrams" KEY_FLAG_HELP },
	{ "address", "ID", "the meter's identity, when telegrams do not say it" },
	{ "loose", NULL, "takes dumps: 0x, commas, colons, offsets, several lines" },
	{ "binary", NULL, "takes bytes as a bus carries them" },
};

const struct cli_verb verb_decode = {
	.name = "decode",
	.usage = "[FILE...]",
	.summary = "decodes telegrams from files or stdin, without a bus",
	.details =
			"One telegram a line, as \"HEX\" or \"HEX KEY\"; blanks between all bytes "
			"are\n"
			"fine, and # begins a comment. Files of bytes are recognised, and captures\n"
			"that metergate record made: of these, telegrams in both directions come\n"
			"with their times, and with --explain all frames. Each telegram gives one\n"
			"reading, in their order, also one that cannot be decoded: its \"error\" "
			"says\n"
			"why, \"error_offset\" where. Without FILE, or for -, stdin is read. Where\n"
			"there is a key, telegrams in plain text are refused.",
	.flags = flags,
	.flag_count = sizeof(flags) / sizeof(flags[0]),
	.run = run,
};
