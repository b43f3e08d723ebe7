/* SPDX-License-Identifier: MIT */
/* Makes telegrams like those of real meters, and changes their values. */
#include "mix.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	TAIL_SIZE = 2,
	DATA_MAX = 252,
	PLACES_MAX = 128,
	RECORDS_LEAST = 4, /* of a telegram that is made */
	RECORDS_RANGE = 17,
};

enum place_kind {
	PLACE_NONE,
	PLACE_BINARY,
	PLACE_BCD,
	PLACE_REAL,
	PLACE_TEXT,
	PLACE_DATE, /* by its size type G, F or I */
};

static uint64_t draw(struct mix *mix)
{
	mix->random ^= mix->random << 13;
	mix->random ^= mix->random >> 7;
	mix->random ^= mix->random << 17;
	return mix->random;
}

static unsigned draw_below(struct mix *mix, unsigned limit)
{
	return (unsigned)(draw(mix) >> 16) % limit;
}

static void no_memory(void)
{
	fputs("bench: out of memory\n", stderr);
	exit(1);
}

/* What one record of a telegram is, without its data. */
struct kind_row {
	uint8_t weight;
	uint8_t head_size;
	uint8_t head[6];
	uint8_t data_size; /* of an LVAR text: with the LVAR byte */
};

#define ROW(weight, size, ...)                                                           \
	{                                                                                    \
		weight, sizeof((uint8_t[]){ __VA_ARGS__ }), { __VA_ARGS__ }, size                \
	}

/* clang-format off */
static const struct kind_row kinds[] = {
	ROW(6, 4, 0x0C, 0x06),             /* energy, kWh */
	ROW(3, 4, 0x0C, 0x0E),             /* energy, MJ */
	ROW(6, 4, 0x0C, 0x13),             /* volume, l */
	ROW(4, 4, 0x04, 0x13),
	ROW(3, 4, 0x0C, 0x2B),             /* power */
	ROW(3, 3, 0x0B, 0x3B),             /* flow */
	ROW(4, 2, 0x0A, 0x5A),             /* temperatures */
	ROW(4, 2, 0x0A, 0x5E),
	ROW(3, 2, 0x0A, 0x62),
	ROW(2, 2, 0x02, 0x59),
	ROW(2, 2, 0x02, 0x5D),
	ROW(6, 4, 0x04, 0x6D),             /* date and time */
	ROW(3, 2, 0x42, 0x6C),             /* date of a stored value */
	ROW(4, 4, 0x4C, 0x06),
	ROW(4, 4, 0x4C, 0x13),
	ROW(2, 4, 0xCC, 0x01, 0x06),
	ROW(2, 2, 0x82, 0x01, 0x6C),
	ROW(2, 4, 0x8C, 0x10, 0x06),       /* tariff 1 */
	ROW(2, 4, 0x8C, 0x20, 0x06),
	ROW(2, 4, 0x84, 0x40, 0x13),       /* subunit 1 */
	ROW(2, 4, 0x1C, 0x2B),             /* maximum */
	ROW(1, 2, 0x9A, 0x11, 0x5A),
	ROW(2, 4, 0x04, 0x22),             /* on time */
	ROW(2, 4, 0x04, 0x26),
	ROW(2, 4, 0x0C, 0x78),             /* fabrication number */
	ROW(2, 1, 0x01, 0xFD, 0x17),       /* error flags */
	ROW(2, 2, 0x02, 0xFD, 0x17),
	ROW(2, 2, 0x02, 0xFD, 0x48),       /* voltage */
	ROW(2, 4, 0x04, 0xFD, 0x59),       /* current */
	ROW(2, 4, 0x84, 0x10, 0xFB, 0x82, 0x75), /* reactive energy × 10^-1 */
	ROW(2, 4, 0x04, 0xA9, 0x73),       /* power × 10^-3 */
	ROW(2, 4, 0x04, 0x86, 0x3C),       /* energy, export */
	ROW(2, 4, 0x04, 0xFB, 0x2D),       /* frequency */
	ROW(1, 4, 0x05, 0x2E),             /* real */
	ROW(1, 4, 0x05, 0x5B),
	ROW(1, 9, 0x0D, 0xFD, 0x11),       /* customer, text */
	ROW(1, 2, 0x02, 0xFD, 0x0B),
	ROW(1, 8, 0x07, 0x04),
	ROW(1, 6, 0x06, 0x6D),             /* date and time with seconds */
	ROW(2, 2, 0x02, 0x6E),             /* heat cost allocator */
	ROW(1, 2, 0x42, 0x6E),
};
/* clang-format on */

static const struct kind_row *draw_kind(struct mix *mix)
{
	unsigned total = 0;
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		total += kinds[i].weight;
	}
	unsigned at = draw_below(mix, total);
	size_t i = 0;
	while (at >= kinds[i].weight) {
		at -= kinds[i++].weight;
	}
	return &kinds[i];
}

static void put_record(struct mix *mix, struct mg_builder *builder)
{
	static const uint8_t zeros[16];
	const struct kind_row *kind = draw_kind(mix);
	size_t size = kind->data_size;
	mg_build_bytes(builder, kind->head, kind->head_size);
	if ((kind->head[0] & 15) == 13) {
		uint8_t lvar = (uint8_t)--size;
		mg_build_bytes(builder, &lvar, 1);
	}
	mg_build_bytes(builder, zeros, size);
}

static void put_header(struct mix *mix, struct mg_builder *builder)
{
	static const uint8_t media[] = { 0x02, 0x03, 0x04, 0x06, 0x07, 0x08, 0x0C };
	const struct mg_telegram telegram = {
		.header = MG_HEADER_LONG,
		.identity = {
			.id = (uint32_t)draw(mix) & 0x77777777u,
			.manufacturer = 0x2C2D,
			.version = (uint8_t)draw(mix),
			.medium = media[draw_below(mix, sizeof(media))],
		},
		.access = (uint8_t)draw(mix),
	};
	mg_build_header(builder, &telegram);
}

/* Each has a few records of its own. */
static void make_telegram(struct mix *mix, struct mix_telegram *telegram)
{
	uint8_t data[DATA_MAX];
	struct mg_builder builder = { .bytes = data, .size = sizeof(data) };
	put_header(mix, &builder);
	unsigned records = RECORDS_LEAST + draw_below(mix, RECORDS_RANGE);
	for (size_t whole = builder.length; records > 0 && !builder.failed; records--) {
		put_record(mix, &builder);
		whole = builder.failed ? whole : builder.length;
		builder.length = whole;
	}
	const struct mg_frame frame = {
		.type = MG_FRAME_LONG,
		.c = MG_C_RSP_UD,
		.a = (uint8_t)draw_below(mix, MG_A_PRIMARY_LAST + 1),
		.ci = 0x72,
		.data = { data, builder.length },
	};
	telegram->size = mg_frame_build(&frame, telegram->bytes, sizeof(telegram->bytes));
}

static enum place_kind kind_of(const struct mg_data_record *record)
{
	static const struct {
		const char *prefix;
		enum place_kind kind;
	} codings[] = {
		{ "int", PLACE_BINARY },
		{ "bcd", PLACE_BCD },
		{ "real", PLACE_REAL },
		{ "date", PLACE_DATE },
		{ "lvar-text", PLACE_TEXT },
		{ "lvar-bcd", PLACE_BCD },
		{ "lvar-int", PLACE_BINARY },
	};
	for (size_t i = 0; i < sizeof(codings) / sizeof(codings[0]); i++) {
		if (strncmp(record->coding, codings[i].prefix, strlen(codings[i].prefix)) == 0) {
			return codings[i].kind;
		}
	}
	return PLACE_NONE;
}

static bool parse(struct mix_telegram *telegram, struct mg_telegram *parsed)
{
	struct mg_frame frame;
	size_t length;
	return mg_frame_parse(telegram->bytes, telegram->size, &frame, &length) ==
				   MG_FAULT_NONE &&
		   length == telegram->size && frame.type == MG_FRAME_LONG &&
		   mg_telegram_parse(&frame, parsed) == MG_FAULT_NONE;
}

/* Remembers where the values are; false for a telegram that cannot be read to its end. */
static bool find_places(struct mix *mix, struct mix_telegram *telegram)
{
	struct mg_telegram parsed;
	struct mg_data_record record;
	struct mix_place places[PLACES_MAX];
	size_t count = 0, records = 0;
	enum mg_fault fault;
	if (!parse(telegram, &parsed)) {
		return false;
	}
	struct mg_record_cursor cursor = mg_telegram_records(&parsed);
	while ((fault = mg_record_next(&cursor, &record)) == MG_FAULT_NONE) {
		enum place_kind kind = kind_of(&record);
		records++;
		if (kind != PLACE_NONE && record.data.size > 0 && count < PLACES_MAX) {
			places[count++] =
					(struct mix_place){ (uint16_t)(record.data.data - telegram->bytes),
						(uint8_t)record.data.size, (uint8_t)kind };
		}
	}
	telegram->places = malloc((count + 1) * sizeof(places[0]));
	if (telegram->places == NULL) {
		no_memory();
	}
	memcpy(telegram->places, places, count * sizeof(places[0]));
	telegram->place_count = count;
	mix->records += records;
	mix->bytes += telegram->size;
	return fault == MG_FAULT_END && records > 0;
}

static struct mix_telegram *add_telegram(struct mix *mix)
{
	if (mix->count == mix->slots) {
		mix->slots = mix->slots == 0 ? 1024 : 2 * mix->slots;
		mix->telegrams = realloc(mix->telegrams, mix->slots * sizeof(*mix->telegrams));
		if (mix->telegrams == NULL) {
			no_memory();
		}
	}
	struct mix_telegram *telegram = &mix->telegrams[mix->count++];
	*telegram = (struct mix_telegram){ .size = 0 };
	return telegram;
}

void mix_init(struct mix *mix, size_t count, uint64_t seed)
{
	*mix = (struct mix){ .random = seed };
	while (mix->count < count) {
		struct mix_telegram *telegram = add_telegram(mix);
		make_telegram(mix, telegram);
		if (!find_places(mix, telegram)) {
			fputs("bench: a telegram of our own cannot be read\n", stderr);
			exit(1);
		}
	}
	mix_change(mix);
}

static size_t read_hex(const char *text, uint8_t *bytes, size_t size)
{
	size_t count = 0;
	unsigned byte;
	while (count < size && sscanf(text + 2 * count, "%2x", &byte) == 1 &&
			text[2 * count] != '"') {
		bytes[count++] = (uint8_t)byte;
	}
	return count;
}

static void take_line(struct mix *mix, const char *line)
{
	const char *hex = strstr(line, "\"hex\"");
	if (hex == NULL || strstr(line, "wired-long") == NULL) {
		return;
	}
	struct mix_telegram *telegram = add_telegram(mix);
	hex = strchr(hex + 5, '"');
	telegram->size = read_hex(hex + 1, telegram->bytes, sizeof(telegram->bytes));
	size_t bytes = mix->bytes, records = mix->records;
	if (!find_places(mix, telegram)) {
		free(telegram->places);
		mix->bytes = bytes;
		mix->records = records;
		mix->count--;
	}
}

/* Repeats what is there, as other telegrams: their values change. */
static void fill_up(struct mix *mix, size_t count)
{
	size_t first = mix->count;
	for (size_t i = 0; mix->count < count; i++) {
		struct mix_telegram *telegram = add_telegram(mix);
		const struct mix_telegram *like = &mix->telegrams[i % first];
		memcpy(telegram->bytes, like->bytes, sizeof(like->bytes));
		telegram->size = like->size;
		find_places(mix, telegram);
	}
}

bool mix_init_file(struct mix *mix, const char *path, size_t count, uint64_t seed)
{
	char *line = NULL;
	size_t size = 0;
	FILE *file = fopen(path, "re");
	*mix = (struct mix){ .random = seed };
	if (file == NULL) {
		return false;
	}
	while (getline(&line, &size, file) > 0) {
		take_line(mix, line);
	}
	free(line);
	fclose(file);
	if (mix->count == 0) {
		return false;
	}
	fill_up(mix, count);
	mix_change(mix);
	return true;
}

void mix_finish(struct mix *mix)
{
	for (size_t i = 0; i < mix->count; i++) {
		free(mix->telegrams[i].places);
	}
	free(mix->telegrams);
}

static void change_bcd(struct mix *mix, uint8_t *bytes, size_t size)
{
	for (size_t i = 0; i < size; i++) {
		unsigned number = draw_below(mix, 100);
		bytes[i] = (uint8_t)(number / 10 << 4 | number % 10);
	}
}

/* Mostly small and positive, as counters are. */
static void change_binary(struct mix *mix, uint8_t *bytes, size_t size)
{
	uint64_t number = draw(mix) >> draw_below(mix, 8);
	for (size_t i = 0; i < size; i++) {
		bytes[i] = (uint8_t)(number >> (8 * i % 56));
	}
	bytes[size - 1] &= draw_below(mix, 16) == 0 ? 0xFE : 0x3F;
}

static void change_real(struct mix *mix, uint8_t *bytes)
{
	float number = (float)draw_below(mix, 1000000) / (float)(1 + draw_below(mix, 1000));
	uint32_t bits;
	memcpy(&bits, &number, sizeof(bits));
	for (size_t i = 0; i < 4; i++) {
		bytes[i] = (uint8_t)(bits >> (8 * i));
	}
}

static void change_date(struct mix *mix, uint8_t *bytes, size_t size)
{
	uint8_t built[6];
	struct mg_builder builder = { .bytes = built, .size = sizeof(built) };
	const struct mg_date date = {
		.year = (int16_t)(2000 + draw_below(mix, 30)),
		.month = (int8_t)(1 + draw_below(mix, 12)),
		.day = (int8_t)(1 + draw_below(mix, 28)),
		.hour = (int8_t)draw_below(mix, 24),
		.minute = (int8_t)draw_below(mix, 60),
		.second = (int8_t)draw_below(mix, 60),
	};
	mg_build_date(&builder, size, &date);
	if (!builder.failed && builder.length == size) {
		memcpy(bytes, built, size);
	}
}

static void change_text(struct mix *mix, uint8_t *bytes, size_t size)
{
	for (size_t i = 0; i < size; i++) {
		bytes[i] = (uint8_t)('A' + draw_below(mix, 26));
	}
}

static void change_place(struct mix *mix, uint8_t *bytes, const struct mix_place *place)
{
	uint8_t *at = bytes + place->offset;
	switch (place->kind) {
	case PLACE_BCD:
		change_bcd(mix, at, place->size);
		break;
	case PLACE_REAL:
		change_real(mix, at);
		break;
	case PLACE_DATE:
		change_date(mix, at, place->size);
		break;
	case PLACE_TEXT:
		change_text(mix, at, place->size);
		break;
	default:
		change_binary(mix, at, place->size);
	}
}

static void put_checksum(struct mix_telegram *telegram)
{
	uint8_t sum = 0;
	for (size_t i = 4; i + TAIL_SIZE < telegram->size; i++) {
		sum = (uint8_t)(sum + telegram->bytes[i]);
	}
	telegram->bytes[telegram->size - TAIL_SIZE] = sum;
}

void mix_change(struct mix *mix)
{
	for (size_t i = 0; i < mix->count; i++) {
		struct mix_telegram *telegram = &mix->telegrams[i];
		for (size_t k = 0; k < telegram->place_count; k++) {
			change_place(mix, telegram->bytes, &telegram->places[k]);
		}
		put_checksum(telegram);
	}
}
