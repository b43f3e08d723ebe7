/* SPDX-License-Identifier: MIT */
/* Prints readings: JSON lines for programs, a table for people. */
#include "cli/show.h"

#include "cli/show_table.h"
#include "route/encode.h"

void show_json(struct cli *cli, const struct mg_reading *reading, bool raw)
{
	struct encode_buffer buffer = { 0 };
	const struct encode_options options = { .raw = raw };
	if (encode_reading(&buffer, MG_FORMAT_JSON, reading, &options)) {
		fprintf(cli->out, "%s\n", buffer.data);
	} else {
		fprintf(cli->err, "metergate: a reading could not be shown: out of memory\n");
	}
	encode_finish(&buffer);
}

void show_people(FILE *out, const struct mg_reading *reading)
{
	static const struct show_hints hints = {
		.encrypted = "give it with --key, or as `key` in the [device] section",
		.plain = "if that is right, leave out --key, or `key` in the [device] section",
	};
	char title[256];
	bool both = reading->bus[0] != '\0' && reading->device[0] != '\0';
	snprintf(title, sizeof(title), "%s%s%s", reading->bus, both ? "/" : "",
			reading->device);
	show_table(out, title, reading, &hints);
}

void show_reading(struct cli *cli, const struct mg_reading *reading, bool raw)
{
	if (cli->json) {
		show_json(cli, reading, raw);
	} else {
		show_people(cli->out, reading);
	}
	cli_flush(cli);
}
