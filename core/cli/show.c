/* SPDX-License-Identifier: MIT */
/* Prints readings: JSON lines for programs, a table for people. */
#include "cli/show.h"

#include <inttypes.h>

#include <metergate/mbus.h>

#include "base/utf8.h"
#include "route/encode.h"

static void show_json(struct cli *cli, const struct mg_reading *reading, bool raw)
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

static void show_meter(struct cli *cli, const struct mg_meter *meter)
{
	if ((meter->has & MG_METER_ID) != 0) {
		fprintf(cli->out, "  meter %s", meter->id);
	}
	if ((meter->has & MG_METER_MANUFACTURER) != 0) {
		fprintf(cli->out, ".%s.%02X.%02X", meter->manufacturer, meter->version,
				meter->medium_code);
	}
	if ((meter->has & MG_METER_MEDIUM) != 0) {
		fprintf(cli->out, "  %s", meter->medium);
	}
	if ((meter->has & MG_METER_STATUS) != 0) {
		fprintf(cli->out, "  access %u  status %02X", meter->access, meter->status);
	}
	for (uint32_t i = 0; i < meter->status_flag_count; i++) {
		fprintf(cli->out, "%s%s", i == 0 ? " " : ", ", meter->status_flags[i]);
	}
}

static void show_hex(FILE *out, struct mg_bytes bytes)
{
	for (size_t i = 0; i < bytes.size; i++) {
		fprintf(out, "%02X", bytes.data[i]);
	}
}

/* A meter's text must not steer the terminal. */
static void show_clean(FILE *out, const char *text)
{
	while (*text != '\0') {
		size_t length = utf8_step(text);
		if (length == 0) {
			fputs(UTF8_REPLACEMENT, out);
			length = 1;
		} else if (utf8_is_control(text)) {
			fputc(' ', out);
		} else {
			fwrite(text, 1, length, out);
		}
		text += length;
	}
}

static void show_text(FILE *out, const char *text, const char *unit)
{
	show_clean(out, text);
	if (unit[0] != '\0') {
		fputc(' ', out);
		show_clean(out, unit);
	}
}

static void show_value(FILE *out, const struct mg_record *record)
{
	char number[MG_DECIMAL_SIZE];
	if (record->quality != MG_QUALITY_GOOD) {
		fprintf(out, "- (%s)", record->reason);
	} else if (record->type == MG_TYPE_NUMBER) {
		mg_decimal_text(number, sizeof(number), record->mantissa, record->exponent);
		show_text(out, number, record->unit);
	} else if (record->type == MG_TYPE_BYTES) {
		show_hex(out, record->data);
	} else {
		show_text(out, record->text != NULL ? record->text : "-", record->unit);
	}
}

static void show_table(struct cli *cli, const struct mg_reading *reading)
{
	fprintf(cli->out, "%s%s%s", reading->bus, reading->bus[0] != '\0' ? "/" : "",
			reading->device);
	show_meter(cli, &reading->meter);
	fprintf(cli->out, "\n");
	for (uint32_t i = 0; i < reading->record_count; i++) {
		const struct mg_record *record = mg_reading_record(reading, i);
		fprintf(cli->out, "  %-38s ", record->name);
		show_value(cli->out, record);
		fprintf(cli->out, "\n");
	}
	if (reading->app_error >= 0) {
		fprintf(cli->out, "  application error: %s\n",
				mg_app_error_text(reading->app_error));
	}
	if (reading->error != NULL) {
		fprintf(cli->out, "  error: %s (byte %" PRIu64 " of the telegram)\n",
				reading->error, reading->error_offset);
	}
}

void show_reading(struct cli *cli, const struct mg_reading *reading, bool raw)
{
	if (cli->json) {
		show_json(cli, reading, raw);
	} else {
		show_table(cli, reading);
	}
	fflush(cli->out);
}
