/* SPDX-License-Identifier: MIT */
/*
 * Measures what a telegram costs, from the bytes to each form it is given: frame check,
 * decoding, names, JSON, msgpack. All values change between the passes, so that no
 * result can be known before; what every pass gave is summed up in a checksum.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bus/assemble.h"
#include "counter.h"
#include "mix.h"
#include "route/encode.h"

#define TELEGRAMS 1200
#define PASSES 100
#define SEED 0x9E3779B97F4A7C15u
#define FNV_START 0xCBF29CE484222325u
#define FNV_PRIME 0x100000001B3u

/* What one stage of decoding a telegram answers: some number made of its result. */
struct stage {
	const char *name;
	uint64_t (*run)(const struct mix_telegram *telegram);
	uint64_t ns[PASSES];
	uint64_t cycles, instructions, checksum;
};

static uint64_t run_frame(const struct mix_telegram *telegram)
{
	struct mg_frame frame;
	size_t length = 0;
	enum mg_fault fault =
			mg_frame_parse(telegram->bytes, telegram->size, &frame, &length);
	return (uint64_t)fault + length + frame.a;
}

static uint64_t mix_text(uint64_t sum, const char *text)
{
	return sum * 31 + (uint64_t)(unsigned char)text[0];
}

/* Whatever was read has to be there: the value in full, and who it belongs to. */
static uint64_t take_value(const struct mg_data_record *record)
{
	const struct mg_value *value = &record->value;
	uint64_t sum = (uint64_t)value->mantissa ^ value->type;
	sum += (uint64_t)value->exponent + record->storage + record->tariff;
	sum += (uint64_t)value->date.day + record->modifier_count;
	sum = mix_text(sum, record->quantity);
	return record->unit != NULL ? mix_text(sum, record->unit) : sum;
}

static bool open_telegram(const struct mix_telegram *bytes, struct mg_telegram *telegram)
{
	struct mg_frame frame;
	size_t length;
	return mg_frame_parse(bytes->bytes, bytes->size, &frame, &length) == MG_FAULT_NONE &&
		   mg_telegram_parse(&frame, telegram) == MG_FAULT_NONE;
}

static uint64_t run_decode(const struct mix_telegram *bytes)
{
	struct mg_telegram telegram;
	struct mg_data_record record;
	uint64_t sum = 0;
	if (!open_telegram(bytes, &telegram)) {
		return 0;
	}
	struct mg_record_cursor cursor = mg_telegram_records(&telegram);
	while (mg_record_next(&cursor, &record) == MG_FAULT_NONE) {
		sum += take_value(&record);
	}
	return sum + telegram.identity.id;
}

static uint64_t run_names(const struct mix_telegram *bytes)
{
	struct mg_telegram telegram;
	struct mg_data_record record;
	char name[MG_NAME_SIZE];
	uint64_t sum = 0;
	if (!open_telegram(bytes, &telegram)) {
		return 0;
	}
	struct mg_record_cursor cursor = mg_telegram_records(&telegram);
	while (mg_record_next(&cursor, &record) == MG_FAULT_NONE) {
		size_t length = mg_record_name(&record, name, sizeof(name));
		sum += take_value(&record) + mix_text(length, name);
	}
	return sum + telegram.identity.id;
}

static struct reading *assemble(const struct mix_telegram *telegram)
{
	const struct assemble_context context = { 0 };
	const struct mg_bytes frame = { telegram->bytes, telegram->size };
	return assemble_reading(&frame, 1, &context);
}

static uint64_t run_reading(const struct mix_telegram *telegram)
{
	struct reading *reading = assemble(telegram);
	uint64_t sum = reading_size(reading) + reading_view(reading)->record_count;
	reading_unref(reading);
	return sum;
}

static uint64_t hash(const char *text, size_t length)
{
	uint64_t sum = FNV_START;
	for (size_t i = 0; i < length; i++) {
		sum = (sum ^ (uint8_t)text[i]) * FNV_PRIME;
	}
	return sum;
}

/* Hashing all of it would cost as much as making it: `whole` passes are not timed. */
static uint64_t encode(
		const struct mix_telegram *telegram, enum mg_format format, bool whole)
{
	static struct encode_buffer buffer;
	struct reading *reading = assemble(telegram);
	if (!encode_reading(&buffer, format, reading_view(reading), NULL)) {
		fputs("bench: a reading cannot be encoded\n", stderr);
		exit(1);
	}
	reading_unref(reading);
	return whole ? hash(buffer.data, buffer.length)
				 : buffer.length + (uint8_t)buffer.data[buffer.length / 2];
}

static uint64_t run_json(const struct mix_telegram *telegram)
{
	return encode(telegram, MG_FORMAT_JSON, false);
}

static uint64_t run_msgpack(const struct mix_telegram *telegram)
{
	return encode(telegram, MG_FORMAT_MSGPACK, false);
}

static struct stage stages[] = {
	{ .name = "frame", .run = run_frame },
	{ .name = "decode", .run = run_decode },
	{ .name = "decode, names", .run = run_names },
	{ .name = "reading", .run = run_reading },
	{ .name = "reading, JSON", .run = run_json },
	{ .name = "reading, msgpack", .run = run_msgpack },
};
#define STAGES (sizeof(stages) / sizeof(stages[0]))

static void measure(struct stage *stage, const struct counter *counter,
		const struct mix *mix, int pass)
{
	uint64_t sum = 0;
	struct counter_reading before = counter_read(counter);
	for (size_t i = 0; i < mix->count; i++) {
		sum += stage->run(&mix->telegrams[i]);
	}
	struct counter_reading after = counter_read(counter);
	stage->ns[pass] = after.ns - before.ns;
	stage->cycles += after.cycles - before.cycles;
	stage->instructions += after.instructions - before.instructions;
	stage->checksum = stage->checksum * FNV_PRIME + sum;
}

static uint64_t hash_everything(const struct mix *mix)
{
	uint64_t sum = 0;
	for (size_t i = 0; i < mix->count; i++) {
		sum = sum * FNV_PRIME + encode(&mix->telegrams[i], MG_FORMAT_JSON, true);
		sum = sum * FNV_PRIME + encode(&mix->telegrams[i], MG_FORMAT_MSGPACK, true);
	}
	return sum;
}

static int by_size(const void *a, const void *b)
{
	uint64_t left = *(const uint64_t *)a, right = *(const uint64_t *)b;
	return (left > right) - (left < right);
}

static void print_stage(
		struct stage *stage, const struct mix *mix, double decode, bool counted)
{
	double telegrams = (double)mix->count, records = (double)mix->records;
	qsort(stage->ns, PASSES, sizeof(stage->ns[0]), by_size);
	double best = (double)stage->ns[0], median = (double)stage->ns[PASSES / 2];
	printf("%-17s %8.1f %8.1f %8.1f %8.1f %7.2f", stage->name, best / telegrams,
			median / telegrams, best / records, median / records, median / decode);
	if (counted) {
		printf(" %9.1f %9.1f", (double)stage->cycles / PASSES / records,
				(double)stage->instructions / PASSES / records);
	}
	printf("\n");
}

static void print(const struct mix *mix, bool counted, uint64_t checksum)
{
	printf("%zu telegrams, %.1f bytes and %.1f records each; %d passes, each with other "
		   "values\n\n",
			mix->count, (double)mix->bytes / (double)mix->count,
			(double)mix->records / (double)mix->count, PASSES);
	printf("%-17s %8s %8s %8s %8s %7s%s\n", "", "ns/telegram", "", "ns/record", "", "to",
			counted ? "   cycles instructions" : "");
	printf("%-17s %8s %8s %8s %8s %7s%s\n", "", "best", "median", "best", "median",
			"decode", counted ? "   /record   /record" : "");
	qsort(stages[1].ns, PASSES, sizeof(stages[1].ns[0]), by_size);
	double decode = (double)stages[1].ns[PASSES / 2];
	for (size_t i = 0; i < STAGES; i++) {
		print_stage(&stages[i], mix, decode, counted);
		checksum = checksum * FNV_PRIME + stages[i].checksum;
	}
	printf("\nchecksum of all outputs %016" PRIx64 "\n", checksum);
}

int main(int argc, char **argv)
{
	struct mix mix;
	struct counter counter;
	uint64_t checksum = FNV_START;
	if (argc < 2) {
		mix_init(&mix, TELEGRAMS, SEED);
	} else if (!mix_init_file(&mix, argv[1], TELEGRAMS, SEED)) {
		fprintf(stderr, "bench: %s: no long frames in it\n", argv[1]);
		return 1;
	}
	counter_init(&counter);
	for (int pass = 0; pass < PASSES; pass++) {
		mix_change(&mix);
		for (size_t i = 0; i < STAGES; i++) {
			measure(&stages[i], &counter, &mix, pass);
		}
		checksum = checksum * FNV_PRIME + hash_everything(&mix);
	}
	print(&mix, counter_counts(&counter), checksum);
	counter_finish(&counter);
	mix_finish(&mix);
	return 0;
}
