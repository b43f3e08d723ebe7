/* SPDX-License-Identifier: MIT */
/* Lets things happen in the order of time: characters of the master end, meters begin to
 * answer, the master's receiver has a character. */
#include "segment.h"

#include <stdlib.h>
#include <string.h>

#include <metergate/plugin.h>

#include "chance.h"
#include "hearing.h"
#include "line.h"
#include "uart.h"

#define SECOND INT64_C(1000000000)
#define MILLION 1000000

/* What the segment knows of one meter. Its answer is kept until it begins. */
struct place {
	int64_t begin, end; /* of what it sends, or sent last */
	struct telegram telegram;
	uint8_t request[MG_FRAME_MAX];
	size_t request_size;
};

struct segment {
	struct segment_settings settings;
	struct slaves *slaves;
	segment_event_fn fn;
	void *data;
	uint64_t random;
	int64_t epoch;
	struct waveform_format format;
	struct uart uart;
	struct uart_character arriving; /* what the receiver gets next ... */
	bool arrives;                   /* ... if it gets anything */
	struct hearing hearing;
	struct place *places; /* one for each meter */
	size_t *waiting;      /* meters whose answers are to come, by their begin */
	size_t waiting_count;
	int64_t sending_until; /* by the answers that have begun */
	int64_t calm_from;     /* answers end that a break was made for */
	struct telegram telegram;
	struct waveform waveform;
	struct line line;
};

struct segment *segment_create(const struct segment_settings *settings,
		struct slaves *slaves, segment_event_fn fn, void *data)
{
	struct segment *segment = calloc(1, sizeof(*segment));
	if (segment == NULL) {
		return NULL;
	}
	segment->settings = *settings;
	segment->slaves = slaves;
	segment->fn = fn;
	segment->data = data;
	segment->random = settings->seed;
	segment->sending_until = segment->calm_from = INT64_MIN;
	hearing_init(&segment->hearing, settings->gap);
	segment->places = calloc(slaves->count + 1, sizeof(*segment->places));
	segment->waiting = calloc(slaves->count + 1, sizeof(*segment->waiting));
	if (!line_init(&segment->line, slaves->count, settings->echo) ||
			segment->places == NULL || segment->waiting == NULL) {
		segment_destroy(segment);
		return NULL;
	}
	for (size_t i = 0; i < slaves->count; i++) {
		segment->places[i].begin = segment->places[i].end = INT64_MIN;
	}
	segment_set_line(segment, 2400, 8, 'E', 1);
	return segment;
}

void segment_destroy(struct segment *segment)
{
	if (segment == NULL) {
		return;
	}
	line_finish(&segment->line);
	free(segment->places);
	free(segment->waiting);
	free(segment);
}

/* What chance does to one character: bits of it turned, or `lost`. */
static uint16_t disturb(struct segment *segment, unsigned bits, bool *lost)
{
	*lost = false;
	if (segment->settings.disturbed == 0 && segment->settings.lost == 0) {
		return 0;
	}
	uint64_t number = chance_draw(&segment->random, 0);
	*lost = number % MILLION < segment->settings.lost;
	number /= MILLION;
	bool turned = number % MILLION < segment->settings.disturbed;
	number /= MILLION;
	return (uint16_t)(turned ? 1u << number % bits : 0u);
}

/* To be called whenever the line changes in what is still to come. */
static void look_ahead(struct segment *segment)
{
	segment->arrives = uart_next(&segment->uart, &segment->line, &segment->arriving);
}

void segment_set_line(struct segment *segment, uint32_t baud, uint8_t data_bits,
		char parity, uint8_t stop_bits)
{
	segment->format = (struct waveform_format){ baud, data_bits, parity, stop_bits };
	segment->uart.format = segment->format;
	look_ahead(segment);
}

void segment_set_epoch(struct segment *segment, int64_t seconds)
{
	segment->epoch = seconds;
}

int64_t segment_send(
		struct segment *segment, int64_t now, const uint8_t *bytes, size_t size)
{
	for (size_t i = 0; i < size; i++) {
		bool lost;
		uint16_t flip = disturb(segment, waveform_bits(&segment->format), &lost);
		line_send(&segment->line, now, &segment->format, bytes[i], flip, lost);
	}
	look_ahead(segment);
	int64_t sent = line_sent(&segment->line);
	return sent > now ? sent : now;
}

static void tell(struct segment *segment, const struct segment_event *event)
{
	if (segment->fn != NULL) {
		segment->fn(segment->data, event);
	}
}

static void tell_heard(struct segment *segment, bool frame)
{
	const struct hearing *hearing = &segment->hearing;
	const struct segment_event event = { .kind = frame ? SEGMENT_REQUEST
													   : SEGMENT_GARBAGE,
		.begin = hearing->begin,
		.end = hearing->end,
		.bytes = { hearing->bytes, hearing->size } };
	tell(segment, &event);
}

static void begin_answer(struct segment *segment)
{
	size_t meter = segment->waiting[0];
	const struct place *place = &segment->places[meter];
	segment->waiting_count--;
	memmove(segment->waiting, segment->waiting + 1,
			segment->waiting_count * sizeof(*segment->waiting));
	bool joined = segment->waiting_count > 0 &&
				  segment->places[segment->waiting[0]].begin == place->begin;
	const struct segment_event event = { .kind = SEGMENT_ANSWER,
		.begin = place->begin,
		.end = place->end,
		.bytes = { place->telegram.bytes, place->telegram.length },
		.meter = &segment->slaves->meters[meter],
		.telegram = &place->telegram,
		.request = { place->request, place->request_size },
		.alone = !joined && segment->sending_until <= place->begin };
	if (place->end > segment->sending_until) {
		segment->sending_until = place->end;
	}
	tell(segment, &event);
}

/* In the order of their begins. */
static void put_in_order(struct segment *segment, size_t meter)
{
	size_t at = segment->waiting_count;
	while (at > 0 && segment->places[segment->waiting[at - 1]].begin >
							 segment->places[meter].begin) {
		at--;
	}
	memmove(segment->waiting + at + 1, segment->waiting + at,
			(segment->waiting_count - at) * sizeof(*segment->waiting));
	segment->waiting[at] = meter;
	segment->waiting_count++;
}

static void make_waveform(struct segment *segment, int64_t begin, uint32_t baud,
		const struct telegram *answer)
{
	struct waveform *waveform = &segment->waveform;
	waveform_init(waveform, begin, baud, answer->bytes, answer->length);
	for (size_t i = 0; i < waveform->count; i++) {
		bool lost;
		uint16_t flip = disturb(segment, WAVEFORM_BITS, &lost);
		waveform->marks[i] = lost ? (1u << WAVEFORM_BITS) - 1 : waveform->marks[i] ^ flip;
	}
}

/* The meter will send; what it says and when is settled. */
static void schedule(struct segment *segment, size_t meter, int64_t begin, uint32_t baud)
{
	struct place *place = &segment->places[meter];
	const struct telegram *answer = &segment->telegram;
	make_waveform(segment, begin, baud, answer);
	if (!line_add(&segment->line, &segment->waveform)) {
		return;
	}
	place->begin = begin;
	place->end = segment->waveform.end;
	memcpy(place->telegram.bytes, answer->bytes, answer->length);
	memcpy(place->telegram.values, answer->values,
			answer->value_count * sizeof(answer->values[0]));
	place->telegram.length = answer->length;
	place->telegram.value_count = answer->value_count;
	memcpy(place->request, segment->hearing.bytes, segment->hearing.size);
	place->request_size = segment->hearing.size;
	put_in_order(segment, meter);
}

static struct meter_time time_at(const struct segment *segment, int64_t ns)
{
	return (struct meter_time){ .ns = ns, .wall = segment->epoch + ns / SECOND };
}

/* True unless it was sending since the line was quiet, or uses another speed. */
static bool hears(const struct segment *segment, size_t meter)
{
	const struct hearing *hearing = &segment->hearing;
	const struct place *place = &segment->places[meter];
	uint32_t baud = segment->slaves->meters[meter].baud;
	bool sent = place->end > hearing->busy_since && place->begin < hearing->end;
	return !sent && (baud == 0 || baud == hearing->baud);
}

/* A meter prepares one answer at a time: while one is to be sent, what it hears counts,
 * and is not answered. */
static void give_to(struct segment *segment, size_t i, const struct mg_frame *frame)
{
	struct meter *meter = &segment->slaves->meters[i];
	int64_t delay = 0, end = segment->hearing.end;
	uint32_t baud = segment->hearing.baud;
	struct meter_time now = time_at(segment, segment->hearing.begin);
	if (meter->baud_until != 0) {
		meter_tick(meter, &now);
	}
	if (!hears(segment, i)) {
		return;
	}
	now = time_at(segment, end);
	meter_take(meter, frame, &now, waveform_ns(baud, 1), &segment->telegram, &delay);
	if (segment->telegram.length > 0 && segment->places[i].begin < end) {
		schedule(segment, i, end + delay, baud);
	}
}

/* One break for answers that lie over each other, not one for each bit. */
static void look_for_collision(struct segment *segment)
{
	struct line *line = &segment->line;
	int64_t now = segment->hearing.end;
	bool to_come = line->break_begin != WAVEFORM_NEVER && line->break_begin >= now;
	if (!segment->settings.breaks || (!to_come && now < segment->calm_from)) {
		return;
	}
	int64_t time = line_collision(line, now);
	if (time == WAVEFORM_NEVER) {
		return;
	}
	line->break_begin = time;
	line->break_end = segment->calm_from = time + LINE_BREAK;
	for (size_t i = 0; i < line->count; i++) {
		if (line->waveforms[i].end > segment->calm_from) {
			segment->calm_from = line->waveforms[i].end;
		}
	}
}

static void take_frame(struct segment *segment, const struct mg_frame *frame)
{
	tell_heard(segment, true);
	line_forget(&segment->line, segment->uart.position);
	for (size_t i = 0; i < segment->slaves->count; i++) {
		give_to(segment, i, frame);
	}
	look_for_collision(segment);
	look_ahead(segment);
}

static void give_up_frame(struct segment *segment)
{
	tell_heard(segment, false);
	hearing_forget(&segment->hearing);
}

/* A break reaches the slaves as well, and is followed by a pause like any garbage. */
static bool spoilt_by_break(
		const struct line *line, const struct line_character *character)
{
	return line->break_begin < character->end &&
		   character->begin <
				   line->break_end + waveform_ns(character->baud, HEARING_QUIET_BITS);
}

static void hear(struct segment *segment)
{
	struct line *line = &segment->line;
	const struct line_character *character = line_to_hear(line), *next;
	struct mg_frame frame;
	if (hearing_deadline(&segment->hearing) <= character->begin) {
		give_up_frame(segment);
	}
	line_heard(line);
	next = line_to_hear(line);
	if (hearing_take(&segment->hearing, character, next, spoilt_by_break(line, character),
				&frame) == HEARING_FRAME) {
		take_frame(segment, &frame);
		hearing_forget(&segment->hearing);
	}
}

/* Silence of the master ends what it began. */
static int64_t silence(const struct segment *segment)
{
	const struct line_character *next = line_to_hear(&segment->line);
	int64_t deadline = hearing_deadline(&segment->hearing);
	return next == NULL || next->begin >= deadline ? deadline : SEGMENT_NEVER;
}

int64_t segment_next(const struct segment *segment)
{
	int64_t next = silence(segment);
	const struct line_character *character = line_to_hear(&segment->line);
	if (character != NULL && character->end < next) {
		next = character->end;
	}
	if (segment->waiting_count > 0 && segment->places[segment->waiting[0]].begin < next) {
		next = segment->places[segment->waiting[0]].begin;
	}
	return segment->arrives && segment->arriving.at < next ? segment->arriving.at : next;
}

static void arrive(struct segment *segment, struct segment_char *character)
{
	const struct uart_character *arriving = &segment->arriving;
	*character = (struct segment_char){
		.at = arriving->at, .byte = arriving->byte, .flags = arriving->flags
	};
	uart_take(&segment->uart, arriving);
	look_ahead(segment);
}

/* Nothing is left up to `now`: what is over is forgotten. */
static void settle(struct segment *segment, int64_t now)
{
	if (!segment->arrives || segment->arriving.edge > now) {
		uart_pass(&segment->uart, &segment->line, now);
	}
	line_forget(&segment->line, segment->uart.position);
}

bool segment_step(struct segment *segment, int64_t now, struct segment_char *character)
{
	for (;;) {
		int64_t next = segment_next(segment);
		if (next > now || next == SEGMENT_NEVER) {
			settle(segment, now);
			return false;
		}
		if (segment->arrives && segment->arriving.at == next) {
			arrive(segment, character);
			return true;
		}
		if (segment->waiting_count > 0 &&
				segment->places[segment->waiting[0]].begin == next) {
			begin_answer(segment);
		} else if (next == silence(segment)) {
			give_up_frame(segment);
		} else {
			hear(segment);
		}
	}
}
