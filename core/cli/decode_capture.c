/* SPDX-License-Identifier: MIT */
/* Takes the telegrams out of a capture of a bus (docs/capture.md). */
#include "cli/decode_capture.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "capture/capture_read.h"
#include "capture/sniff.h"
#include "capture/sniff_text.h"
#include "cli/listen_show.h"
#include "route/encode_value.h"

/* How late and in how many pieces bytes came in is not known: ms. */
#define LATENCY 1000
#define WHAT_SIZE 200

struct decode_capture {
	struct decode_input_options options;
	decode_item_fn take;
	void *context;
	struct capture_read reader;
	struct sniff sniff;
	bool running;
};

static void give_wrong(struct decode_capture *capture, const char *place, uint64_t offset,
		const char *what)
{
	char wrong[DECODE_INPUT_WRONG_SIZE];
	snprintf(wrong, sizeof(wrong), "%s: %s", place, what);
	const struct decode_item item = {
		.place = place,
		.wrong = wrong,
		.offset = (size_t)offset,
	};
	capture->take(capture->context, &item);
}

static void name_place(const struct decode_capture *capture, int64_t time,
		const char *what, char place[DECODE_INPUT_PLACE_SIZE])
{
	char text[ENCODE_TIME_SIZE];
	snprintf(place, DECODE_INPUT_PLACE_SIZE, "%.150s, %s%s%s", capture->options.name,
			encode_value_time(time, true, text), what[0] != '\0' ? ", " : "", what);
}

static void give_frame(struct decode_capture *capture, const struct sniff_find *find,
		const char *what, const char *device)
{
	char place[DECODE_INPUT_PLACE_SIZE];
	bool data = find->frame.type == MG_FRAME_LONG;
	if (!data && !capture->options.frames) {
		return;
	}
	name_place(capture, find->ended, what, place);
	const struct decode_item item = {
		.place = place,
		.telegram = find->bytes,
		.time = find->ended,
		.bus = capture->reader.bus,
		.device = device,
	};
	capture->take(capture->context, &item);
}

static void take_request(struct decode_capture *capture, const struct sniff_find *find)
{
	char text[SNIFF_TEXT_SIZE], device[LISTEN_SHOW_DEVICE_SIZE];
	snprintf(device, sizeof(device), "%u", find->frame.a);
	give_frame(capture, find, sniff_text_request(&find->frame, text), device);
}

static void take_answer(struct decode_capture *capture, const struct sniff_find *find)
{
	char what[WHAT_SIZE], device[LISTEN_SHOW_DEVICE_SIZE];
	listen_show_device(find, device);
	snprintf(what, sizeof(what), "answer%s%s", device[0] != '\0' ? " from " : "", device);
	give_frame(capture, find, what, device);
}

static void take_noise(struct decode_capture *capture, const struct sniff_find *find)
{
	char place[DECODE_INPUT_PLACE_SIZE], what[WHAT_SIZE];
	bool flagged = (find->rx_flags & (MG_RX_PARITY | MG_RX_BREAK)) != 0;
	name_place(capture, find->begun, "", place);
	snprintf(what, sizeof(what), "%" PRIu64 " byte%s that belong%s to no telegram: %s",
			find->size, find->size == 1 ? "" : "s", find->size == 1 ? "s" : "",
			flagged ? "parity wrong, or a break" : mg_fault_text(find->fault));
	give_wrong(capture, place, 0, what);
}

/* For sniff_init(). That nobody answered is nothing to decode. */
static void take_find(void *data, const struct sniff_find *find)
{
	struct decode_capture *capture = data;
	switch (find->kind) {
	case SNIFF_REQUEST:
		take_request(capture, find);
		break;
	case SNIFF_ANSWER:
		take_answer(capture, find);
		break;
	case SNIFF_NOISE:
		take_noise(capture, find);
		break;
	default:
		break;
	}
}

static void take_damage(
		struct decode_capture *capture, const struct capture_read_event *event)
{
	char place[DECODE_INPUT_PLACE_SIZE], what[WHAT_SIZE];
	snprintf(place, sizeof(place), "%.256s, offset %" PRIu64, capture->options.name,
			event->offset);
	snprintf(what, sizeof(what), "%" PRIu64 " byte%s of the file cannot be read: %s",
			event->count, event->count == 1 ? "" : "s", event->why);
	give_wrong(capture, place, event->offset, what);
}

static void take_lost(
		struct decode_capture *capture, const struct capture_read_event *event)
{
	char place[DECODE_INPUT_PLACE_SIZE], what[WHAT_SIZE];
	name_place(capture, event->time, "", place);
	snprintf(what, sizeof(what),
			"%" PRIu64 " byte%s of the bus could not be written to the file here",
			event->count, event->count == 1 ? "" : "s");
	give_wrong(capture, place, event->offset, what);
}

static void set_line(
		struct decode_capture *capture, const struct capture_read_event *event)
{
	if (capture->running) {
		sniff_line(&capture->sniff, &event->line, LATENCY);
	} else {
		sniff_init(&capture->sniff, &event->line, LATENCY, take_find, capture);
	}
	capture->running = true;
}

static void take_bytes(struct decode_capture *capture,
		const struct capture_read_event *event, enum sniff_source source)
{
	sniff_feed(&capture->sniff, source, event->bytes, event->size, event->rx_flags,
			event->time);
}

/* Ends what has begun: whatever comes does not belong to it. */
static void cut(struct decode_capture *capture)
{
	if (capture->running) {
		sniff_end(&capture->sniff);
	}
}

/* For capture_read_init(). The first event of a file is RUN, or DAMAGE before one. */
static void take_event(void *data, const struct capture_read_event *event)
{
	struct decode_capture *capture = data;
	switch (event->kind) {
	case CAPTURE_READ_RUN:
	case CAPTURE_READ_LINE:
		set_line(capture, event);
		break;
	case CAPTURE_READ_SENT:
		take_bytes(capture, event, SNIFF_MASTER);
		break;
	case CAPTURE_READ_RECEIVED:
		take_bytes(capture, event, SNIFF_WIRE);
		break;
	case CAPTURE_READ_LOST:
		cut(capture);
		take_lost(capture, event);
		break;
	case CAPTURE_READ_DAMAGE:
		cut(capture);
		take_damage(capture, event);
		break;
	default:
		cut(capture);
		break;
	}
}

struct decode_capture *decode_capture_create(
		const struct decode_input_options *options, decode_item_fn take, void *context)
{
	struct decode_capture *capture = calloc(1, sizeof(*capture));
	if (capture == NULL) {
		return NULL;
	}
	capture->options = *options;
	capture->take = take;
	capture->context = context;
	capture_read_init(&capture->reader, take_event, capture);
	return capture;
}

void decode_capture_destroy(struct decode_capture *capture)
{
	free(capture);
}

void decode_capture_feed(
		struct decode_capture *capture, const uint8_t *bytes, size_t size)
{
	capture_read_feed(&capture->reader, bytes, size);
}

void decode_capture_end(struct decode_capture *capture)
{
	capture_read_end(&capture->reader);
	cut(capture);
}
