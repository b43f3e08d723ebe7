/* SPDX-License-Identifier: MIT */
/* Encrypted telegrams from hex, and what becomes of them. */
#ifndef SECURE_BENCH_H
#define SECURE_BENCH_H

#include "mbus_bench.h"

#include <stdio.h>

#include "secure/secure.h"

/* The key of most telegrams here, and the meter that sends them. */
#define SECURE_BENCH_KEY "000102030405060708090A0B0C0D0E0F"
static const struct mg_identity secure_bench_meter = {
	.id = 0x12345678, .manufacturer = 0x1593, .version = 0x33, .medium = 0x03
};
/* Its long header up to the configuration field, access number 2Ah. */
#define SECURE_BENCH_LONG "78563412 9315 33 03 2A 00 "

/* What it sends: records at these places behind the start of the plain text. */
#define SECURE_BENCH_RECORDS(volume, date, flags)                                        \
	volume ":volume=28504.27 m3; " date ":datetime=2008-05-31T23:50; " flags             \
		   ":error-flags=0; "

/* A telegram from a meter; the hex begins with CI. */
static inline void secure_bench_take(struct bench *bench, const char *hex)
{
	uint8_t bytes[253] = { 0 };
	size_t size = bench_bytes(hex, bytes, sizeof(bytes));
	bench_user_data(bench, 0x08, bytes[0], bytes + 1, size > 0 ? size - 1 : 0);
}

static inline struct secure_key secure_bench_key(const char *hex)
{
	struct secure_key key;
	assert_true(secure_key_parse(hex, &key));
	return key;
}

static inline enum mg_fault secure_bench_open(struct bench *bench, const char *key_text,
		const struct mg_identity *identity, uint8_t plain[SECURE_PLAIN_MAX])
{
	const struct secure_key key = secure_bench_key(key_text);
	assert_int_equal(bench->fault, MG_FAULT_ENCRYPTED);
	enum mg_fault fault = secure_open(&bench->telegram, &key, identity, plain);
	bench->cursor = mg_telegram_records(&bench->telegram);
	return fault;
}

/* "19:volume=28504.27 m3; ": offset, quantity, value and unit of every record. */
static inline void secure_bench_list(struct bench *bench, char *text, size_t size)
{
	struct mg_data_record record;
	size_t used = 0;
	text[0] = '\0';
	while (bench_next(bench, &record) == MG_FAULT_NONE) {
		char value[MG_TEXT_SIZE], unit[MG_TEXT_SIZE];
		mg_value_text(&record, value, sizeof(value));
		mg_unit_text(&record, unit, sizeof(unit));
		used += (size_t)snprintf(text + used, size - used, "%zu:%s=%s%s%s; ",
				record.offset, record.quantity, value, unit[0] != '\0' ? " " : "", unit);
	}
}

static inline void secure_bench_expect(const char *hex, const char *key,
		const struct mg_identity *identity, const char *records)
{
	struct bench bench;
	uint8_t plain[SECURE_PLAIN_MAX];
	char text[1024];
	secure_bench_take(&bench, hex);
	assert_int_equal(secure_bench_open(&bench, key, identity, plain), MG_FAULT_NONE);
	assert_int_equal(bench.telegram.flags & MG_TELEGRAM_ENCRYPTED, 0);
	secure_bench_list(&bench, text, sizeof(text));
	assert_string_equal(text, records);
	bench_finish(&bench);
}

/* A telegram that stays closed: as it was, without a record. */
static inline void secure_bench_closed(struct bench *bench, const char *key,
		const struct mg_identity *identity, enum mg_fault fault)
{
	static const uint8_t nothing[SECURE_PLAIN_MAX];
	uint8_t plain[SECURE_PLAIN_MAX] = { 0 };
	struct mg_data_record record;
	const struct mg_telegram before = bench->telegram;
	assert_int_equal(secure_bench_open(bench, key, identity, plain), fault);
	assert_memory_equal(&bench->telegram, &before, sizeof(before));
	assert_int_equal(bench_next(bench, &record), MG_FAULT_END);
	assert_memory_equal(plain, nothing, sizeof(plain));
}

static inline void secure_bench_refuse(const char *hex, const char *key,
		const struct mg_identity *identity, enum mg_fault fault)
{
	struct bench bench;
	secure_bench_take(&bench, hex);
	secure_bench_closed(&bench, key, identity, fault);
	bench_finish(&bench);
}

/* Flips each bit of `count` bytes of a telegram, the first one at `from` behind CI, and
   wants a refusal each time. The fault may be any; no record may come out. */
static inline void secure_bench_flip(
		const char *hex, const struct mg_identity *identity, size_t from, size_t count)
{
	uint8_t bytes[253];
	size_t size = bench_bytes(hex, bytes, sizeof(bytes));
	assert_true(1 + from + count <= size);
	for (size_t bit = 0; bit < 8 * count; bit++) {
		struct bench bench;
		uint8_t *byte = &bytes[1 + from + bit / 8];
		*byte ^= (uint8_t)(1u << bit % 8);
		bench_user_data(&bench, 0x08, bytes[0], bytes + 1, size - 1);
		secure_bench_closed(&bench, SECURE_BENCH_KEY, identity, MG_FAULT_KEY_WRONG);
		bench_finish(&bench);
		*byte ^= (uint8_t)(1u << bit % 8);
	}
}

/* Every telegram that is cut short: refused, or not taken for encrypted at all; never the
   values of the whole one. */
static inline void secure_bench_cut(const char *hex, const struct mg_identity *identity)
{
	uint8_t bytes[253];
	size_t size = bench_bytes(hex, bytes, sizeof(bytes));
	const struct secure_key key = secure_bench_key(SECURE_BENCH_KEY);
	for (size_t left = 1; left < size; left++) {
		struct bench bench;
		uint8_t plain[SECURE_PLAIN_MAX];
		bench_user_data(&bench, 0x08, bytes[0], bytes + 1, left - 1);
		if (bench.fault == MG_FAULT_ENCRYPTED) {
			assert_int_not_equal(
					secure_open(&bench.telegram, &key, identity, plain), MG_FAULT_NONE);
		}
		bench_finish(&bench);
	}
}

#endif
