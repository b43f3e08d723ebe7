/* SPDX-License-Identifier: MIT */
/* Lays everything that is on the line over each other. */
#include "line.h"

#include <stdlib.h>
#include <string.h>

bool line_init(struct line *line, size_t room, bool echo)
{
	line->echo = echo;
	line->room = room;
	line->count = 0;
	line->out_first = line->out_next = line->out_count = 0;
	line->run_bits = 0;
	line->break_begin = line->break_end = WAVEFORM_NEVER;
	line->run_begin = INT64_MIN;
	line->run_baud = 1;
	line->waveforms = malloc((room > 0 ? room : 1) * sizeof(*line->waveforms));
	return line->waveforms != NULL;
}

void line_finish(struct line *line)
{
	free(line->waveforms);
	line->waveforms = NULL;
}

int64_t line_sent(const struct line *line)
{
	return line->run_begin == INT64_MIN
				   ? INT64_MIN
				   : line->run_begin + waveform_ns(line->run_baud, line->run_bits);
}

static bool make_room(struct line *line)
{
	size_t kept = line->out_count - line->out_first;
	if (line->out_count - line->out_next >= LINE_OUT_MAX) {
		return false;
	}
	if (line->out_count == LINE_OUT_MAX + LINE_OUT_HEARD) {
		if (line->out_first == 0) {
			return false;
		}
		memmove(line->out, line->out + line->out_first, kept * sizeof(line->out[0]));
		line->out_next -= line->out_first;
		line->out_first = 0;
		line->out_count = kept;
	}
	return true;
}

bool line_send(struct line *line, int64_t now, const struct waveform_format *format,
		uint8_t byte, uint16_t flip, bool lost)
{
	uint8_t bits = waveform_bits(format);
	int64_t begin = line_sent(line);
	if (!make_room(line)) {
		return false;
	}
	if (begin < now || line->run_baud != format->baud) {
		line->run_begin = begin = begin > now ? begin : now;
		line->run_bits = 0;
		line->run_baud = format->baud;
	}
	line->run_bits += bits;
	line->out[line->out_count++] = (struct line_character){ .begin = begin,
		.end = line_sent(line),
		.baud = format->baud,
		.marks = lost ? UINT16_MAX : waveform_character(format, byte) ^ flip,
		.bits = bits };
	return true;
}

const struct line_character *line_to_hear(const struct line *line)
{
	return line->out_next < line->out_count ? &line->out[line->out_next] : NULL;
}

void line_heard(struct line *line)
{
	line->out_next++;
}

/* The first character that ends behind `time`: they are in order. */
static size_t out_from(const struct line *line, int64_t time)
{
	size_t low = line->out_first, high = line->out_count;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (line->out[middle].end <= time) {
			low = middle + 1;
		} else {
			high = middle;
		}
	}
	return low;
}

/* When the master, which is sending at `time`, pauses; `time` itself when it does not
 * send. */
static int64_t out_pause(const struct line *line, int64_t time)
{
	for (size_t i = out_from(line, time);
			i < line->out_count && line->out[i].begin <= time; i++) {
		time = line->out[i].end;
	}
	return time;
}

static int64_t bit_begin(const struct line_character *character, unsigned bit)
{
	return character->begin + waveform_ns(character->baud, bit);
}

/* Whether a bit of it is at mark (or space) behind `time`; then *when it is. */
static bool out_bit(
		const struct line_character *character, int64_t time, bool mark, int64_t *when)
{
	for (unsigned bit = 0; bit < character->bits; bit++) {
		int64_t end = bit_begin(character, bit + 1);
		if (end > time && (character->marks >> bit & 1) == mark) {
			int64_t begin = bit_begin(character, bit);
			*when = begin > time ? begin : time;
			return true;
		}
	}
	return false;
}

static int64_t out_next_space(const struct line *line, int64_t time)
{
	int64_t when;
	for (size_t i = out_from(line, time); i < line->out_count; i++) {
		if (out_bit(&line->out[i], time, false, &when)) {
			return when;
		}
	}
	return WAVEFORM_NEVER;
}

static int64_t out_next_mark(const struct line *line, int64_t time)
{
	int64_t when;
	for (size_t i = out_from(line, time);
			i < line->out_count && line->out[i].begin <= time; i++) {
		if (out_bit(&line->out[i], time, true, &when)) {
			return when;
		}
		time = line->out[i].end;
	}
	return time;
}

static bool out_at(const struct line *line, int64_t time)
{
	return out_next_mark(line, time) == time;
}

bool line_add(struct line *line, const struct waveform *waveform)
{
	for (size_t i = 0; i < line->count; i++) {
		struct waveform *other = &line->waveforms[i];
		if (other->begin == waveform->begin && other->baud == waveform->baud) {
			waveform_merge(other, waveform);
			return true;
		}
	}
	if (line->count == line->room) {
		return false;
	}
	line->waveforms[line->count++] = *waveform;
	return true;
}

/* The two waveforms that are at space first; those in step have one in common. */
struct pair {
	const struct waveform *leader;
	int64_t first, second; /* when the leader is at space, and when another one is */
	int64_t doubled;       /* when one of them is twice */
};

static struct pair find_pair(const struct line *line, int64_t time)
{
	struct pair pair = { NULL, WAVEFORM_NEVER, WAVEFORM_NEVER, WAVEFORM_NEVER };
	for (size_t i = 0; i < line->count; i++) {
		const struct waveform *waveform = &line->waveforms[i];
		int64_t space = waveform_next(waveform, time, WAVEFORM_SPACE);
		int64_t doubled = waveform_next(waveform, time, WAVEFORM_DOUBLED);
		pair.doubled = doubled < pair.doubled ? doubled : pair.doubled;
		if (space < pair.first) {
			pair.second = pair.first;
			pair.first = space;
			pair.leader = waveform;
		} else if (space < pair.second) {
			pair.second = space;
		}
	}
	return pair;
}

int64_t line_collision(const struct line *line, int64_t time)
{
	for (;;) {
		struct pair pair = find_pair(line, time);
		if (pair.leader == NULL) {
			return WAVEFORM_NEVER;
		}
		int64_t both = pair.second < pair.doubled ? pair.second : pair.doubled;
		time = waveform_next(pair.leader, pair.first, WAVEFORM_MARK);
		if (both < time) {
			return both;
		}
	}
}

void line_forget(struct line *line, int64_t time)
{
	for (size_t i = 0; i < line->count;) {
		if (line->waveforms[i].end <= time) {
			line->count--;
			if (i < line->count) {
				line->waveforms[i] = line->waveforms[line->count];
			}
		} else {
			i++;
		}
	}
	while (line->out_first < line->out_next && line->out[line->out_first].end <= time) {
		line->out_first++;
	}
	if (line->out_first == line->out_count) {
		line->out_first = line->out_next = line->out_count = 0;
	}
	if (line->break_end <= time) {
		line->break_begin = line->break_end = WAVEFORM_NEVER;
	}
}

static bool breaks_at(const struct line *line, int64_t time)
{
	return time >= line->break_begin && time < line->break_end;
}

bool line_at(const struct line *line, int64_t time)
{
	if (!line->echo && out_pause(line, time) > time) {
		return true;
	}
	if (breaks_at(line, time) || (line->echo && !out_at(line, time))) {
		return false;
	}
	for (size_t i = 0; i < line->count; i++) {
		if (!waveform_at(&line->waveforms[i], time)) {
			return false;
		}
	}
	return true;
}

/* Of slaves and the converter. */
static int64_t next_space(const struct line *line, int64_t time)
{
	int64_t soonest = WAVEFORM_NEVER;
	if (time < line->break_end && line->break_begin != WAVEFORM_NEVER) {
		soonest = time > line->break_begin ? time : line->break_begin;
	}
	for (size_t i = 0; i < line->count; i++) {
		int64_t space = waveform_next(&line->waveforms[i], time, WAVEFORM_SPACE);
		soonest = space < soonest ? space : soonest;
	}
	return soonest;
}

int64_t line_next_space(const struct line *line, int64_t time)
{
	int64_t soonest = next_space(line, time);
	if (line->echo) {
		int64_t own = out_next_space(line, time);
		return own < soonest ? own : soonest;
	}
	while (soonest != WAVEFORM_NEVER) {
		time = out_pause(line, soonest);
		if (time == soonest) {
			break;
		}
		soonest = next_space(line, time);
	}
	return soonest;
}

int64_t line_next_mark(const struct line *line, int64_t time)
{
	for (;;) {
		int64_t begin = time;
		if (!line->echo && out_pause(line, time) > time) {
			return time;
		}
		time = breaks_at(line, time) ? line->break_end : time;
		time = line->echo ? out_next_mark(line, time) : time;
		for (size_t i = 0; i < line->count; i++) {
			time = waveform_next(&line->waveforms[i], time, WAVEFORM_MARK);
		}
		if (time == begin) {
			return time;
		}
	}
}
