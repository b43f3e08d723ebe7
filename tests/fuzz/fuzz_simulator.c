/* SPDX-License-Identifier: MIT */
/* The slaves' side: any frames and any bytes from a master, to meters on a segment. */
#include <stdlib.h>
#include <string.h>

#include <metergate/mbus.h>

#include "fuzz.h"
#include "simulator/segment.h"
#include "simulator/slaves.h"

#define METERS_MAX 4
#define NOW 1795327200
#define PAUSE                                                                            \
	INT64_C(500000000) /* ns between requests: no answer takes as long to come */
#define HEARD_MAX (METERS_MAX * 2 * MG_FRAME_MAX)

/* A bus, the request that is on it, and what comes back. */
struct bench {
	struct slaves slaves;
	struct segment *segment;
	bool exact; /* the meters have no quirks */
	int64_t now;
	struct telegram answer, before; /* the last one, to this request and the last one */
	size_t answers, answers_before;
	uint8_t last_c, last_a; /* of the request before, if it was a REQ_UD2 */
	uint8_t heard[HEARD_MAX];
	size_t heard_count;
	uint32_t flags; /* of all that was heard */
};

/* What the meter meant is what the codec reads. */
static void check_values(
		const struct mg_telegram *telegram, const struct telegram *answer)
{
	struct mg_record_cursor cursor = mg_telegram_records(telegram);
	struct mg_data_record record;
	char text[MG_TEXT_SIZE];
	for (size_t i = 0; i < answer->value_count; i++) {
		const struct telegram_value *value = &answer->values[i];
		FUZZ_REQUIRE(mg_record_next(&cursor, &record) == MG_FAULT_NONE);
		mg_value_text(&record, text, sizeof(text));
		FUZZ_REQUIRE(strcmp(text, value->text) == 0);
		mg_record_name(&record, text, sizeof(text));
		FUZZ_REQUIRE(strcmp(text, value->name) == 0);
		FUZZ_REQUIRE(record.storage == value->storage && record.tariff == value->tariff);
	}
}

static void check_answer(const struct telegram *answer)
{
	struct mg_frame frame;
	struct mg_telegram telegram;
	size_t length;
	FUZZ_REQUIRE(mg_frame_parse(answer->bytes, answer->length, &frame, &length) ==
				 MG_FAULT_NONE);
	FUZZ_REQUIRE(length == answer->length && (frame.c & MG_C_PRM) == 0);
	FUZZ_REQUIRE(frame.a <= MG_A_PRIMARY_LAST);
	if (frame.type == MG_FRAME_LONG) {
		FUZZ_REQUIRE(mg_telegram_parse(&frame, &telegram) == MG_FAULT_NONE);
		check_values(&telegram, answer);
	}
}

static void on_event(void *data, const struct segment_event *event)
{
	struct bench *bench = data;
	struct mg_frame request;
	size_t length;
	if (event->kind != SEGMENT_ANSWER) {
		return;
	}
	FUZZ_REQUIRE((event->meter->quirks & METER_DEAD) == 0);
	FUZZ_REQUIRE(mg_frame_parse(event->request.data, event->request.size, &request,
						 &length) == MG_FAULT_NONE);
	FUZZ_REQUIRE((request.c & MG_C_PRM) != 0 && request.a != MG_A_BROADCAST);
	bench->answers++;
	bench->answer = *event->telegram;
	check_answer(&bench->answer);
}

static void listen(struct bench *bench)
{
	struct segment_char character;
	while (segment_step(bench->segment, bench->now, &character)) {
		FUZZ_REQUIRE(bench->heard_count < HEARD_MAX);
		bench->heard[bench->heard_count++] = character.byte;
		bench->flags |= character.flags;
	}
}

/* Sends it all, and waits until nobody says anything any more. */
static void ask(struct bench *bench, const uint8_t *bytes, size_t size)
{
	uint8_t *alone = fuzz_copy(bytes, size);
	bench->before = bench->answer;
	bench->answers_before = bench->answers;
	bench->answers = bench->heard_count = bench->flags = 0;
	bench->now = segment_send(bench->segment, bench->now, alone, size) + PAUSE;
	listen(bench);
	while (segment_next(bench->segment) != SEGMENT_NEVER) {
		bench->now = segment_next(bench->segment);
		listen(bench);
	}
	bench->now += PAUSE;
	free(alone);
}

/* EN 13757-2: a request with the frame count bit of the one before gets its answer. */
static void check_repetition(struct bench *bench, const struct mg_frame *frame)
{
	bool request =
			frame->type == MG_FRAME_SHORT && (frame->c & ~MG_C_FCB) == MG_C_REQ_UD2;
	uint8_t c = request ? frame->c : 0;
	if (bench->exact && request && c == bench->last_c && frame->a == bench->last_a &&
			bench->answers == 1 && bench->answers_before == 1) {
		FUZZ_REQUIRE(bench->answer.length == bench->before.length);
		FUZZ_REQUIRE(memcmp(bench->answer.bytes, bench->before.bytes,
							 bench->answer.length) == 0);
	}
	bench->last_c = c;
	bench->last_a = frame->a;
}

/* An answer of one meter arrives as it was sent. */
static void check_heard(const struct bench *bench)
{
	FUZZ_REQUIRE((bench->heard_count > 0) == (bench->answers > 0));
	if (bench->answers == 1) {
		FUZZ_REQUIRE(bench->heard_count == bench->answer.length && bench->flags == 0);
		FUZZ_REQUIRE(memcmp(bench->heard, bench->answer.bytes, bench->heard_count) == 0);
	}
}

static void ask_frame(struct bench *bench, const struct mg_frame *frame)
{
	uint8_t bytes[MG_FRAME_MAX];
	size_t size = mg_frame_build(frame, bytes, sizeof(bytes));
	if (size > 0) {
		ask(bench, bytes, size);
		check_heard(bench);
		check_repetition(bench, frame);
	}
}

/* C, A, CI and data become a frame; an odd first byte means bytes as they are. */
static void take_request(struct bench *bench, struct fuzz_input *input)
{
	uint8_t kind = fuzz_byte(input);
	size_t size;
	struct mg_frame frame = { .type = kind == 0 ? MG_FRAME_SHORT : MG_FRAME_LONG };
	if ((kind & 1) != 0) {
		const uint8_t *bytes = fuzz_take(input, kind >> 1, &size);
		ask(bench, bytes, size);
		bench->last_c = 0;
		return;
	}
	frame.c = fuzz_byte(input);
	frame.a = fuzz_byte(input);
	if (frame.type == MG_FRAME_LONG) {
		frame.ci = fuzz_byte(input);
		frame.data.data = fuzz_take(input, (size_t)(kind >> 1) - 1, &frame.data.size);
	}
	ask_frame(bench, &frame);
}

/* How many meters, how many of them long, and the one quirk that all have. */
static void begin(struct bench *bench, uint8_t setting)
{
	char error[SLAVES_ERROR_SIZE];
	uint8_t dead = 2;
	unsigned quirk = setting >> 4;
	const struct quirks_item quirks = { { TARGET_ALL, 0 }, 1u << quirk };
	const struct target_value alarm = { { TARGET_ADDRESS, 1 }, 5 };
	const struct slaves_plan plan = { .count = 1 + setting % METERS_MAX,
		.first_address = 1,
		.multi = (setting >> 2 & 3) % (1 + setting % METERS_MAX),
		.seed = quirk,
		.dead = &dead,
		.dead_count = setting % METERS_MAX == 3,
		.baud = 2400,
		.bauds = 1u << 3 | 1u << 5,
		.quirks = &quirks,
		.quirk_count = quirk > 0,
		.alarms = &alarm,
		.alarm_count = 1 };
	const struct segment_settings settings = { .seed = quirk };
	FUZZ_REQUIRE(slaves_init(&bench->slaves, &plan, error));
	bench->segment = segment_create(&settings, &bench->slaves, on_event, bench);
	FUZZ_REQUIRE(bench->segment != NULL);
	segment_set_line(bench->segment, 2400, 8, 'E', 1);
	segment_set_epoch(bench->segment, NOW);
	bench->exact = quirk == 0;
}

/* Input: the meters, then requests. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct bench bench;
	struct fuzz_input input = { data, size };
	memset(&bench, 0, sizeof(bench));
	begin(&bench, fuzz_byte(&input));
	while (input.left > 0) {
		take_request(&bench, &input);
	}
	segment_destroy(bench.segment);
	slaves_finish(&bench.slaves);
	return 0;
}
