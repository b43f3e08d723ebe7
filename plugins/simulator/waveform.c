/* SPDX-License-Identifier: MIT */
/* Characters as bits in time. */
#include "waveform.h"

#include <string.h>

#define SECOND INT64_C(1000000000)
#define CHARACTER ((1u << WAVEFORM_BITS) - 1)

static const struct waveform_format of_slaves = {
	.data_bits = 8, .parity = 'E', .stop_bits = 1
};

int64_t waveform_ns(uint32_t baud, uint64_t bits)
{
	return (int64_t)((bits * (uint64_t)SECOND + baud - 1) / baud);
}

uint8_t waveform_bits(const struct waveform_format *format)
{
	return (uint8_t)(1 + format->data_bits + (format->parity != 'N') + format->stop_bits);
}

uint16_t waveform_character(const struct waveform_format *format, uint8_t byte)
{
	unsigned data = byte & ((1u << format->data_bits) - 1);
	unsigned odd = (unsigned)__builtin_parity(data);
	unsigned at = 1u + format->data_bits;
	unsigned bits = data << 1;
	if (format->parity != 'N') {
		bits |= (format->parity == 'E' ? odd : odd ^ 1) << at++;
	}
	return (uint16_t)(bits | ((1u << format->stop_bits) - 1) << at);
}

void waveform_init(struct waveform *waveform, int64_t begin, uint32_t baud,
		const uint8_t *bytes, size_t count)
{
	waveform->begin = begin;
	waveform->end = begin + waveform_ns(baud, count * WAVEFORM_BITS);
	waveform->baud = baud;
	waveform->count = count;
	for (size_t i = 0; i < count; i++) {
		waveform->marks[i] = waveform_character(&of_slaves, bytes[i]);
	}
	memset(waveform->doubled, 0, count * sizeof(waveform->doubled[0]));
}

void waveform_merge(struct waveform *waveform, const struct waveform *other)
{
	size_t both = waveform->count < other->count ? waveform->count : other->count;
	size_t rest = other->count - both;
	for (size_t i = 0; i < both; i++) {
		unsigned spaces = ~waveform->marks[i] & ~other->marks[i] & CHARACTER;
		waveform->doubled[i] |= (uint16_t)(spaces | other->doubled[i]);
		waveform->marks[i] &= other->marks[i];
	}
	memcpy(waveform->marks + both, other->marks + both, rest * sizeof(uint16_t));
	memcpy(waveform->doubled + both, other->doubled + both, rest * sizeof(uint16_t));
	waveform->count = both + rest > waveform->count ? both + rest : waveform->count;
	waveform->end = waveform->end > other->end ? waveform->end : other->end;
}

/* Which bit is on the line; not before the begin. */
static uint64_t bit_at(const struct waveform *waveform, int64_t time)
{
	return (uint64_t)(time - waveform->begin) * waveform->baud / (uint64_t)SECOND;
}

bool waveform_at(const struct waveform *waveform, int64_t time)
{
	if (time < waveform->begin || time >= waveform->end) {
		return true;
	}
	uint64_t bit = bit_at(waveform, time);
	return (waveform->marks[bit / WAVEFORM_BITS] >> bit % WAVEFORM_BITS & 1) != 0;
}

static unsigned bits_in_state(
		const struct waveform *waveform, size_t i, enum waveform_state state)
{
	switch (state) {
	case WAVEFORM_MARK:
		return waveform->marks[i];
	case WAVEFORM_SPACE:
		return ~(unsigned)waveform->marks[i] & CHARACTER;
	default:
		return waveform->doubled[i];
	}
}

int64_t waveform_next(
		const struct waveform *waveform, int64_t time, enum waveform_state state)
{
	if (time < waveform->begin) {
		if (state == WAVEFORM_MARK) {
			return time;
		}
		time = waveform->begin;
	}
	uint64_t bit = time < waveform->end ? bit_at(waveform, time) : 0;
	size_t i = time < waveform->end ? (size_t)(bit / WAVEFORM_BITS) : waveform->count;
	for (unsigned from = (unsigned)(bit % WAVEFORM_BITS); i < waveform->count;
			i++, from = 0) {
		unsigned bits = bits_in_state(waveform, i, state) >> from << from;
		if (bits != 0) {
			int64_t begin = waveform->begin +
							waveform_ns(waveform->baud,
									i * WAVEFORM_BITS + (unsigned)__builtin_ctz(bits));
			return begin > time ? begin : time;
		}
	}
	if (state != WAVEFORM_MARK) {
		return WAVEFORM_NEVER;
	}
	return time > waveform->end ? time : waveform->end;
}
