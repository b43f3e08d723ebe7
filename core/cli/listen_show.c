/* SPDX-License-Identifier: MIT */
/* Prints what is heard on a bus: requests, answers, and what is neither. */
#include "cli/listen_show.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/json.h"
#include "base/reading.h"
#include "bus/assemble.h"
#include "capture/sniff_text.h"
#include "cli/show.h"
#include "route/encode_value.h"

#define FCV 0x10
#define MESSAGE_SIZE 256
#define DAY_TIME 11        /* offset of the time in an RFC 3339 text ... */
#define DAY_TIME_LENGTH 12 /* ... and its length with ms */
#define MILLISECOND 1000

/* What is said of one find, in both forms. */
struct line {
	const char *type, *arrow;
	int64_t time;
	const struct mg_frame *asked; /* the request that it is or belongs to, or NULL */
	bool request;                 /* it is that one */
	int64_t delay;                /* negative: none */
	const struct mg_bytes *raw;
	char message[MESSAGE_SIZE];
};

static void print_raw(FILE *out, const struct mg_bytes *bytes, const char *between)
{
	for (size_t i = 0; i < bytes->size; i++) {
		fprintf(out, "%s%02X", i > 0 ? between : "", bytes->data[i]);
	}
}

static void print_json(const struct listen_show *show, const struct line *line)
{
	char time[ENCODE_TIME_SIZE];
	FILE *out = show->cli->out;
	fprintf(out, "{\"schema\":1,\"type\":\"%s\",\"time\":\"%s\",\"bus\":", line->type,
			encode_value_time(line->time, true, time));
	json_print_string(out, show->bus);
	if (line->asked != NULL) {
		fprintf(out, ",\"address\":%u,\"request\":\"%s\"", line->asked->a,
				sniff_text_name(line->asked->c));
	}
	if (line->request && (line->asked->c & FCV) != 0) {
		fprintf(out, ",\"fcb\":%d", (line->asked->c & MG_C_FCB) != 0);
	}
	if (line->delay >= 0) {
		fprintf(out, ",\"delay_ms\":%" PRId64 ".%03" PRId64, line->delay / MILLISECOND,
				line->delay % MILLISECOND);
	}
	fputs(",\"message\":", out);
	json_print_string(out, line->message);
	fputs(",\"raw\":\"", out);
	print_raw(out, line->raw, "");
	fputs("\"}\n", out);
}

static void print_text(const struct listen_show *show, const struct line *line)
{
	char time[ENCODE_TIME_SIZE];
	encode_value_time(line->time, true, time);
	fprintf(show->cli->out, "%.*s %s %s\n", DAY_TIME_LENGTH, time + DAY_TIME, line->arrow,
			line->message);
}

static void print(const struct listen_show *show, const struct line *line)
{
	if (show->readings) {
		return;
	}
	if (show->cli->json) {
		print_json(show, line);
	} else {
		print_text(show, line);
	}
	cli_flush(show->cli);
}

static const char *device_of_telegram(
		const struct mg_frame *frame, char text[LISTEN_SHOW_DEVICE_SIZE])
{
	struct mg_telegram telegram;
	mg_telegram_parse(frame, &telegram);
	bool known = telegram.header == MG_HEADER_LONG || telegram.header == MG_HEADER_FIXED;
	if (known) {
		mg_identity_text(&telegram.identity, text);
	} else {
		snprintf(text, LISTEN_SHOW_DEVICE_SIZE, "%u", frame->a);
	}
	return text;
}

const char *listen_show_device(
		const struct sniff_find *find, char text[LISTEN_SHOW_DEVICE_SIZE])
{
	const struct mg_frame *frame = &find->frame;
	bool whole = frame->type == MG_FRAME_LONG || frame->type == MG_FRAME_SHORT;
	unsigned address = find->request != NULL ? find->request->a : frame->a;
	if (whole && address > MG_A_PRIMARY_LAST) {
		address = frame->a;
	}
	if (whole && address > MG_A_PRIMARY_LAST) {
		return device_of_telegram(frame, text);
	}
	if (!whole && find->request == NULL) {
		text[0] = '\0';
		return text;
	}
	snprintf(text, LISTEN_SHOW_DEVICE_SIZE, "%u", address);
	return text;
}

static void show_request(
		struct listen_show *show, const struct sniff_find *find, int64_t wall)
{
	char text[SNIFF_TEXT_SIZE];
	struct line line = {
		.type = "request",
		.arrow = "->",
		.time = find->begun + wall,
		.asked = &find->frame,
		.request = true,
		.delay = -1,
		.raw = &find->bytes,
	};
	snprintf(line.message, sizeof(line.message), "%s",
			sniff_text_request(&find->frame, text));
	print(show, &line);
}

static void show_silence(
		struct listen_show *show, const struct sniff_find *find, int64_t wall)
{
	struct line line = {
		.type = "silence",
		.arrow = "  ",
		.time = find->ended + wall,
		.asked = &find->frame,
		.delay = -1,
		.raw = &find->bytes,
	};
	snprintf(line.message, sizeof(line.message), "no answer to %s to %u",
			sniff_text_name(find->frame.c), find->frame.a);
	print(show, &line);
}

static const char *cause(const struct sniff_find *find)
{
	if ((find->rx_flags & MG_RX_BREAK) != 0) {
		return "a break, as level converters report a collision";
	}
	if ((find->rx_flags & MG_RX_PARITY) != 0) {
		return "parity wrong: a disturbance, a collision, or another speed";
	}
	return mg_fault_text(find->fault);
}

static void show_noise(
		struct listen_show *show, const struct sniff_find *find, int64_t wall)
{
	struct line line = {
		.type = "noise",
		.arrow = " !",
		.time = find->begun + wall,
		.delay = -1,
		.raw = &find->bytes,
	};
	snprintf(line.message, sizeof(line.message),
			"%" PRIu64 " byte%s that belong%s to no frame: %s", find->size,
			find->size == 1 ? "" : "s", find->size == 1 ? "s" : "", cause(find));
	print(show, &line);
}

static const char *answer_name(const struct mg_frame *frame)
{
	switch (frame->type) {
	case MG_FRAME_ACK:
		return "ACK";
	case MG_FRAME_NACK:
		return "NACK";
	case MG_FRAME_SHORT:
		return "link status";
	default:
		return "telegram";
	}
}

static void show_answer(struct listen_show *show, const struct sniff_find *find,
		const char *device, int64_t wall)
{
	bool single = find->frame.type == MG_FRAME_ACK || find->frame.type == MG_FRAME_NACK;
	struct line line = {
		.type = single ? "ack" : "answer",
		.arrow = "<-",
		.time = find->begun + wall,
		.asked = find->request,
		.delay = find->request != NULL ? find->delay : -1,
		.raw = &find->bytes,
	};
	int length = snprintf(line.message, sizeof(line.message), "%s%s%s",
			answer_name(&find->frame), device[0] != '\0' ? " from " : "", device);
	if (line.delay >= 0) {
		snprintf(line.message + length, sizeof(line.message) - (size_t)length,
				" after %" PRId64 " ms", line.delay / MILLISECOND);
	}
	print(show, &line);
}

static void show_telegram(struct listen_show *show, const struct sniff_find *find,
		const char *device, int64_t wall)
{
	const struct assemble_context context = {
		.bus = show->bus,
		.device = device,
		.time = find->ended + wall,
		.key = show->key,
		.formats = show->formats,
	};
	struct reading *reading = assemble_reading(&find->bytes, 1, &context);
	if (reading == NULL) {
		fprintf(show->cli->err, "metergate listen: out of memory, a reading is lost\n");
		return;
	}
	show->shown++;
	show_reading(show->cli, reading_view(reading), show->raw);
	reading_unref(reading);
}

/* People see the answer in the order of the wire; among JSON lines the reading is it. */
static void take_answer(
		struct listen_show *show, const struct sniff_find *find, int64_t wall)
{
	char device[LISTEN_SHOW_DEVICE_SIZE];
	bool telegram = find->frame.type == MG_FRAME_LONG;
	listen_show_device(find, device);
	if (!telegram || !show->cli->json) {
		show_answer(show, find, device, wall);
	}
	if (telegram) {
		show_telegram(show, find, device, wall);
	}
}

void listen_show_find(
		struct listen_show *show, const struct sniff_find *find, int64_t wall)
{
	static void (*const kinds[])(
			struct listen_show * show, const struct sniff_find *find, int64_t wall) = {
		[SNIFF_REQUEST] = show_request,
		[SNIFF_ANSWER] = take_answer,
		[SNIFF_SILENCE] = show_silence,
		[SNIFF_NOISE] = show_noise,
	};
	kinds[find->kind](show, find, wall);
}
