/* SPDX-License-Identifier: MIT */
/* How a procedure went, as an object and for people. */
#include <inttypes.h>

#include "base/json.h"
#include "gateway/command_procedure.h"

static void write_hex(FILE *out, const uint8_t *bytes, size_t size, const char *between)
{
	for (size_t i = 0; i < size; i++) {
		fprintf(out, "%s%02X", i > 0 ? between : "", (unsigned)bytes[i]);
	}
}

static void write_steps(FILE *out, const struct procedure *procedure)
{
	const struct procedure_step *steps;
	size_t count = procedure_steps(procedure, &steps);
	fputs(",\"steps\":[", out);
	for (size_t i = 0; i < count; i++) {
		fprintf(out, "%s{\"purpose\":", i > 0 ? "," : "");
		json_print_string(out, steps[i].purpose);
		fprintf(out, ",\"baud\":%" PRIu32 ",\"request\":\"", steps[i].baud);
		write_hex(out, steps[i].request, steps[i].request_size, "");
		fputs("\",\"outcome\":", out);
		json_print_string(out, steps[i].outcome);
		fputc('}', out);
	}
	fputc(']', out);
}

static void write_frames(FILE *out, const struct procedure *procedure)
{
	const struct mg_bytes *frames;
	size_t count = procedure_frames(procedure, &frames);
	fputs(",\"telegrams\":[", out);
	for (size_t i = 0; i < count; i++) {
		fputs(i > 0 ? ",\"" : "\"", out);
		write_hex(out, frames[i].data, frames[i].size, "");
		fputc('"', out);
	}
	fputc(']', out);
}

/* The middle of each range, and half of the wider one: -90 s, give or take 30 s. */
static void write_clock(FILE *out, const struct procedure *procedure)
{
	struct procedure_offset before, after;
	if (!procedure_clock_offset(procedure, &before, &after)) {
		return;
	}
	int64_t first = before.high - before.low, second = after.high - after.low;
	fprintf(out,
			",\"clock_offset_before_s\":%" PRId64 ",\"clock_offset_after_s\":%" PRId64
			",\"clock_offset_error_s\":%" PRId64,
			before.low + first / 2, after.low + second / 2,
			(first > second ? first : second) / 2);
}

static void write_json(FILE *out, const char *who, enum procedure_kind kind,
		const struct procedure *procedure)
{
	fprintf(out, "{\"type\":\"procedure\",\"procedure\":\"%s\",\"address\":",
			procedure_name(kind));
	json_print_string(out, who);
	fprintf(out,
			",\"worked\":%s,\"text\":", procedure_worked(procedure) ? "true" : "false");
	json_print_string(out, procedure_text(procedure));
	write_clock(out, procedure);
	write_steps(out, procedure);
	write_frames(out, procedure);
	fputc('}', out);
}

static const char *verdict_text(const struct procedure *procedure)
{
	if (procedure_worked(procedure)) {
		return procedure_text(procedure);
	}
	return procedure_verdict(procedure) == PROCEDURE_STOPPED ? "stopped" : "failed";
}

/* What failed is said elsewhere, as failures are; the steps are shown in either case. */
static void write_text(FILE *out, const char *who, const struct procedure *procedure)
{
	const struct procedure_step *steps;
	size_t count = procedure_steps(procedure, &steps);
	fprintf(out, "%s%s%s\n", who, who[0] != '\0' ? ": " : "", verdict_text(procedure));
	for (size_t i = 0; i < count; i++) {
		fprintf(out, "    %s%s%s  (%" PRIu32 " baud)\n        ", steps[i].purpose,
				steps[i].outcome[0] != '\0' ? ": " : "", steps[i].outcome, steps[i].baud);
		write_hex(out, steps[i].request, steps[i].request_size, " ");
		fputc('\n', out);
	}
}

void command_procedure_show(struct command *command, const char *who,
		enum procedure_kind kind, const struct procedure *procedure)
{
	struct command_text json = { 0 }, text = { 0 };
	if (command_text_open(&json) && command_text_open(&text)) {
		write_json(json.out, who, kind, procedure);
		write_text(text.out, who, procedure);
		if (command_text_close(&json) && command_text_close(&text)) {
			command_result(command, json.data, text.data);
		}
	}
	command_text_free(&json);
	command_text_free(&text);
}
