/* SPDX-License-Identifier: MIT */
/* Telegrams of all kinds, made by the builder from a seed: the same ones in every run. */
#ifndef SEEDED_TELEGRAMS_H
#define SEEDED_TELEGRAMS_H

#include "mbus_bench.h"

#define SEEDED_DATA_MAX 90 /* bytes behind CI after which no record is added */

struct seeded {
	uint64_t state;
	bool mode2;
};

static inline uint32_t seeded_number(struct seeded *seed, uint32_t below)
{
	seed->state = seed->state * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)(seed->state >> 33) % below;
}

static inline void seeded_bytes(
		struct seeded *seed, struct mg_builder *builder, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		uint8_t byte = (uint8_t)seeded_number(seed, 256);
		mg_build_bytes(builder, &byte, 1);
	}
}

/* Digits, now and then with one that is none. */
static inline void seeded_digits(
		struct seeded *seed, struct mg_builder *builder, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		uint8_t byte = (uint8_t)(seeded_number(seed, 10) << 4 | seeded_number(seed, 10));
		if (seeded_number(seed, 40) == 0) {
			byte |= 0xF0;
		}
		mg_build_bytes(builder, &byte, 1);
	}
}

static inline void seeded_letters(
		struct seeded *seed, struct mg_builder *builder, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		uint8_t byte =
				(uint8_t)(seeded_number(seed, 20) == 0 ? 0xA0 + seeded_number(seed, 96)
													   : ' ' + seeded_number(seed, 95));
		mg_build_bytes(builder, &byte, 1);
	}
}

/* What stands between DIB and data. */
struct seeded_vib {
	const char *bytes;
	size_t size;
};

#define SEEDED_VIB(text)                                                                 \
	{                                                                                    \
		text, sizeof(text) - 1                                                           \
	}

static inline void seeded_vib(struct seeded *seed, struct mg_builder *builder)
{
	static const struct seeded_vib vibs[] = {
		SEEDED_VIB("\x06"),
		SEEDED_VIB("\x13"),
		SEEDED_VIB("\x2B"),
		SEEDED_VIB("\x5A"),
		SEEDED_VIB("\x22"),
		SEEDED_VIB("\x6C"),
		SEEDED_VIB("\x6D"),
		SEEDED_VIB("\x6E"),
		SEEDED_VIB("\x78"),
		SEEDED_VIB("\x79"),
		SEEDED_VIB("\x7A"),
		SEEDED_VIB("\x7F"),
		SEEDED_VIB("\x93\x3C"),
		SEEDED_VIB("\x93\xBC\x74"),
		SEEDED_VIB("\x86\x3D"),
		SEEDED_VIB("\x93\xD9\x72"),
		SEEDED_VIB("\x93\xC2\x12"),
		SEEDED_VIB("\x93\x15"),
		SEEDED_VIB("\x93\xFC\x81\xFC\x11"),
		SEEDED_VIB("\x93\x92\xBB\xBC\xBE\xC0\xE9\xED\xFA\xF6\x7E"),
		SEEDED_VIB("\x93\x1F"),
		SEEDED_VIB("\x93\x7B"),
		SEEDED_VIB("\xFF\xA1\x22"),
		SEEDED_VIB("\x94\xFF\x85\x06"),
		SEEDED_VIB("\xEF\x95\x15"),
		SEEDED_VIB("\xFB\x01"),
		SEEDED_VIB("\xFB\x6A"),
		SEEDED_VIB("\xFB\xF5\x3D"),
		SEEDED_VIB("\xFD\x0A"),
		SEEDED_VIB("\xFD\x11"),
		SEEDED_VIB("\xFD\x17"),
		SEEDED_VIB("\xFD\x30"),
		SEEDED_VIB("\xFD\x3A"),
		SEEDED_VIB("\xFD\x3B"),
		SEEDED_VIB("\xFD\xC9\x3B"),
		SEEDED_VIB("\xFD\x76"),
		SEEDED_VIB("\xFD\xFD\x02"),
		SEEDED_VIB("\x7C\x03HR%"),
		SEEDED_VIB("\xFC\x03HR%\x74"),
		SEEDED_VIB("\xFC\x74\x03HR%"),
		SEEDED_VIB("\x7C\x00"),
	};
	const struct seeded_vib *vib = &vibs[seeded_number(seed, BENCH_COUNT(vibs))];
	mg_build_bytes(builder, vib->bytes, vib->size);
}

/* An LVAR byte and what it announces. */
static inline void seeded_lvar(struct seeded *seed, struct mg_builder *builder)
{
	static const struct {
		uint8_t first, count;
		uint8_t size, step;
	} rows[] = {
		{ 0x00, 12, 0, 1 },
		{ 0xC0, 10, 0, 1 },
		{ 0xD0, 10, 0, 1 },
		{ 0xE0, 16, 0, 1 },
		{ 0xF0, 5, 16, 4 },
	};
	size_t kind = seeded_number(seed, BENCH_COUNT(rows));
	uint32_t index = seeded_number(seed, rows[kind].count);
	uint8_t lvar = (uint8_t)(rows[kind].first + index);
	size_t size = rows[kind].size + (size_t)rows[kind].step * index;
	mg_build_bytes(builder, &lvar, 1);
	if (kind == 0) {
		seeded_letters(seed, builder, size);
	} else if (kind < 3) {
		seeded_digits(seed, builder, size);
	} else {
		seeded_bytes(seed, builder, size);
	}
}

static inline void seeded_data(
		struct seeded *seed, struct mg_builder *builder, uint8_t data_field)
{
	static const uint8_t sizes[16] = { 0, 1, 2, 3, 4, 4, 6, 8, 0, 1, 2, 3, 4, 0, 6, 0 };
	if (data_field == 0xD) {
		seeded_lvar(seed, builder);
	} else if (data_field >= 9) {
		seeded_digits(seed, builder, sizes[data_field]);
	} else if (seeded_number(seed, 8) == 0) {
		const uint8_t ones[8] = { 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF };
		mg_build_bytes(builder, ones, sizes[data_field]);
	} else {
		seeded_bytes(seed, builder, sizes[data_field]);
	}
}

static inline void seeded_record(struct seeded *seed, struct mg_builder *builder)
{
	uint8_t data_field = (uint8_t)seeded_number(seed, 15);
	uint32_t width = seeded_number(seed, 12);
	uint64_t storage =
			(uint64_t)seeded_number(seed, 1u << 31) << 10 >> (41 - 4 * width % 41);
	bool plain = seeded_number(seed, 2) == 0;
	mg_build_dib(builder, data_field, (enum mg_function)seeded_number(seed, 4),
			plain ? 0 : storage, plain ? 0 : seeded_number(seed, 1u << (width % 20)),
			(uint16_t)(plain ? 0 : seeded_number(seed, 1u << (width % 10))));
	seeded_vib(seed, builder);
	seeded_data(seed, builder, data_field);
	if (seeded_number(seed, 10) == 0) {
		mg_build_bytes(builder, "\x2F\x2F", 2);
	}
}

static inline void seeded_records(struct seeded *seed, struct mg_builder *builder)
{
	while (builder->length < SEEDED_DATA_MAX && seeded_number(seed, 14) != 0) {
		seeded_record(seed, builder);
	}
	if (seeded_number(seed, 5) == 0) {
		const uint8_t dif = seeded_number(seed, 2) == 0 ? 0x0F : 0x1F;
		mg_build_bytes(builder, &dif, 1);
		seeded_bytes(seed, builder, seeded_number(seed, 30));
	}
}

static inline void seeded_header(struct seeded *seed, struct mg_builder *builder,
		enum mg_header header, uint16_t signature)
{
	const struct mg_telegram telegram = {
		.header = (uint8_t)header,
		.identity = { 0x10000000 + seeded_number(seed, 0x9999999), 0x4024,
				(uint8_t)seeded_number(seed, 256), (uint8_t)seeded_number(seed, 56) },
		.access = (uint8_t)seeded_number(seed, 256),
		.status = (uint8_t)seeded_number(seed, 256),
		.signature = signature,
	};
	mg_build_header(builder, &telegram);
}

/* Blocks of 16 bytes behind a header that announces one or two of them. */
static inline void seeded_encrypted(
		struct seeded *seed, struct mg_builder *builder, enum mg_header header)
{
	static const uint16_t words[] = { 0x0510, 0x0520, 0x0710, 0x0720, 0x0A10, 0x0A20 };
	size_t kind = seeded_number(seed, BENCH_COUNT(words));
	seeded_header(seed, builder, header, words[kind]);
	if (kind == 2 || kind == 3) {
		mg_build_bytes(builder, "\x10", 1);
	} else if (kind > 3) {
		mg_build_bytes(builder, "\x10\x00\x01\x02\x03\x04", 6);
	}
	seeded_bytes(seed, builder, 48);
}

static inline void seeded_fixed(struct seeded *seed, struct mg_builder *builder)
{
	seeded_bytes(seed, builder, 5);
	mg_build_bytes(builder, seeded_number(seed, 2) == 0 ? "\x00" : "\x01", 1);
	seeded_bytes(seed, builder, 2);
	seeded_digits(seed, builder, 8);
}

/* What one telegram holds behind CI, which is returned. */
static inline uint8_t seeded_body(struct seeded *seed, struct mg_builder *builder)
{
	static const uint8_t kinds[] = { 0x72, 0x72, 0x72, 0x72, 0x78, 0x78, 0x7A, 0x76, 0x76,
		0x73, 0x77, 0xA5, 0x05, 0x06 };
	uint8_t ci = kinds[seeded_number(seed, BENCH_COUNT(kinds))];
	switch (ci) {
	case 0x05:
		seeded_encrypted(seed, builder, MG_HEADER_LONG);
		return 0x72;
	case 0x06:
		seeded_encrypted(seed, builder, MG_HEADER_SHORT);
		return 0x7A;
	case 0x73:
	case 0x77:
		seeded_fixed(seed, builder);
		return ci;
	case 0xA5:
		seeded_bytes(seed, builder, 20);
		return ci;
	case 0x72:
	case 0x76:
		seeded_header(seed, builder, MG_HEADER_LONG, 0);
		break;
	case 0x7A:
		seeded_header(seed, builder, MG_HEADER_SHORT, 0);
		break;
	default:
		break;
	}
	seeded_records(seed, builder);
	return ci;
}

/* Writes the frame of telegram number `index`, and returns its length. */
static inline size_t seeded_telegram(uint32_t index, uint8_t bytes[MG_FRAME_MAX])
{
	struct seeded seed = { .state = 20261122u + index * 2654435761u };
	uint8_t data[252];
	struct mg_builder builder = { .bytes = data, .size = sizeof(data) };
	struct mg_frame frame = { .type = MG_FRAME_LONG, .c = 0x08 };
	frame.a = (uint8_t)seeded_number(&seed, 251);
	frame.ci = seeded_body(&seed, &builder);
	assert_false(builder.failed);
	frame.data = (struct mg_bytes){ data, builder.length };
	size_t length = mg_frame_build(&frame, bytes, MG_FRAME_MAX);
	assert_true(length > 0);
	return length;
}

#endif
