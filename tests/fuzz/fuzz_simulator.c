/* SPDX-License-Identifier: MIT */
/* The slaves' side: any frames and any bytes from a master, to the slaves and on a wire.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <metergate/mbus.h>

#include "fuzz.h"
#include "simulator/slaves.h"
#include "simulator/wire.h"

#define METERS_MAX 4
#define BYTES_MAX 600
#define NOW 1795327200
#define ANSWERS_MAX 60000

/* A bus, its requests in a row, and what it answered. */
struct bench {
	struct slaves slaves;
	int64_t now;
	size_t told;            /* answers of the frame that is being taken */
	bool alone;             /* the last one was */
	uint8_t last_c, last_a; /* of the frame before */
	struct telegram before; /* the last answer to it */
	struct telegram answer;
	uint8_t requests[BYTES_MAX];
	size_t request_size;
};

static void on_answer(
		void *data, const struct meter *meter, const struct telegram *answer, bool alone)
{
	struct bench *bench = data;
	FUZZ_REQUIRE(!meter->dead && answer->length > 0 && answer->length <= MG_FRAME_MAX);
	bench->told++;
	bench->alone = alone;
	bench->answer = *answer;
}

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
	FUZZ_REQUIRE(length == answer->length);
	if (frame.type == MG_FRAME_ACK) {
		return;
	}
	FUZZ_REQUIRE(frame.type == MG_FRAME_LONG && (frame.c & MG_C_PRM) == 0);
	FUZZ_REQUIRE(frame.a <= MG_A_PRIMARY_LAST);
	FUZZ_REQUIRE(mg_telegram_parse(&frame, &telegram) == MG_FAULT_NONE);
	check_values(&telegram, answer);
}

/* EN 13757-2: a request with the frame count bit of the one before gets its answer. */
static void check_repetition(struct bench *bench, const struct mg_frame *frame)
{
	bool request =
			frame->type == MG_FRAME_SHORT && (frame->c & ~MG_C_FCB) == MG_C_REQ_UD2;
	uint8_t c = request ? frame->c : 0;
	if (request && c == bench->last_c && frame->a == bench->last_a) {
		FUZZ_REQUIRE(bench->answer.length == bench->before.length);
		FUZZ_REQUIRE(memcmp(bench->answer.bytes, bench->before.bytes,
							 bench->answer.length) == 0);
	}
	bench->last_c = c;
	bench->last_a = frame->a;
	bench->before = bench->answer;
}

static size_t take(struct bench *bench, const struct mg_frame *frame, uint8_t *bytes)
{
	bench->told = 0;
	bench->answer.length = 0;
	size_t length =
			slaves_take(&bench->slaves, frame, bench->now++, bytes, on_answer, bench);
	FUZZ_REQUIRE(length <= MG_FRAME_MAX && (length > 0) == (bench->told > 0));
	if (bench->told == 1) {
		FUZZ_REQUIRE(bench->alone && length == bench->answer.length);
		FUZZ_REQUIRE(memcmp(bytes, bench->answer.bytes, length) == 0);
		check_answer(&bench->answer);
	}
	check_repetition(bench, frame);
	bool from_master = frame->type >= MG_FRAME_SHORT && (frame->c & MG_C_PRM) != 0;
	FUZZ_REQUIRE(length == 0 || (from_master && frame->a != MG_A_BROADCAST));
	return length;
}

static size_t wire_answer(void *data, struct mg_bytes request,
		const struct mg_frame *frame, uint8_t answer[MG_FRAME_MAX])
{
	struct mg_frame again;
	size_t length;
	FUZZ_REQUIRE(
			mg_frame_parse(request.data, request.size, &again, &length) == MG_FAULT_NONE);
	FUZZ_REQUIRE(length == request.size && again.type == frame->type);
	return take(data, frame, answer);
}

static void append(struct bench *bench, const uint8_t *bytes, size_t size)
{
	size_t room = sizeof(bench->requests) - bench->request_size;
	size = size < room ? size : room;
	memcpy(bench->requests + bench->request_size, bytes, size);
	bench->request_size += size;
}

/* C, A, CI and data become a frame; an odd first byte means bytes as they are. */
static void add_request(struct bench *bench, struct fuzz_input *input)
{
	uint8_t built[MG_FRAME_MAX], kind = fuzz_byte(input);
	size_t size;
	struct mg_frame frame = { .type = kind == 0 ? MG_FRAME_SHORT : MG_FRAME_LONG };
	if ((kind & 1) != 0) {
		const uint8_t *bytes = fuzz_take(input, kind >> 1, &size);
		append(bench, bytes, size);
		return;
	}
	frame.c = fuzz_byte(input);
	frame.a = fuzz_byte(input);
	if (frame.type == MG_FRAME_LONG) {
		frame.ci = fuzz_byte(input);
		frame.data.data = fuzz_take(input, (size_t)(kind >> 1) - 1, &frame.data.size);
	}
	append(bench, built, mg_frame_build(&frame, built, sizeof(built)));
}

/* Takes one frame that has nothing behind it; 0 when there is none. */
static size_t take_one(struct bench *bench, size_t at, uint8_t *bytes, size_t *size)
{
	struct mg_frame frame;
	size_t length;
	if (mg_frame_parse(bench->requests + at, bench->request_size - at, &frame, &length) !=
			MG_FAULT_NONE) {
		return 0;
	}
	uint8_t *alone = fuzz_copy(bench->requests + at, length);
	FUZZ_REQUIRE(mg_frame_parse(alone, length, &frame, &length) == MG_FAULT_NONE);
	*size = take(bench, &frame, bytes);
	free(alone);
	return length;
}

/* The frames up to the first byte that is wrong are answered. Returns all answers. */
static size_t answer_directly(struct bench *bench, uint8_t *answers)
{
	size_t length, size = 0, total = 0;
	uint8_t bytes[MG_FRAME_MAX];
	for (size_t at = 0; at < bench->request_size; at += length) {
		length = take_one(bench, at, bytes, &size);
		if (length == 0) {
			break;
		}
		FUZZ_REQUIRE(size <= ANSWERS_MAX - total);
		memcpy(answers + total, bytes, size);
		total += size;
	}
	return total;
}

static size_t answer_by_wire(struct bench *bench, uint8_t *answers)
{
	int ends[2], stop = eventfd(0, EFD_CLOEXEC);
	size_t total = 0;
	ssize_t count;
	FUZZ_REQUIRE(stop >= 0 && socketpair(AF_UNIX, SOCK_STREAM, 0, ends) == 0);
	struct wire wire = {
		.fd = ends[0], .stop_fd = stop, .fn = wire_answer, .data = bench
	};
	wire_set_line(&wire, 2400, 11);
	FUZZ_REQUIRE(write(ends[1], bench->requests, bench->request_size) ==
				 (ssize_t)bench->request_size);
	FUZZ_REQUIRE(shutdown(ends[1], SHUT_WR) == 0);
	wire_run(&wire);
	close(ends[0]);
	while ((count = read(ends[1], answers + total, ANSWERS_MAX - total)) > 0) {
		total += (size_t)count;
	}
	close(ends[1]);
	close(stop);
	return total;
}

static void begin(struct bench *bench, uint8_t setting)
{
	char error[SLAVES_ERROR_SIZE];
	uint8_t dead = 2;
	const struct slaves_plan plan = {
		.count = 1 + setting % METERS_MAX,
		.first_address = 1,
		.multi = setting >> 2 & 3,
		.seed = setting >> 4,
		.dead = &dead,
		.dead_count = setting % METERS_MAX == 3,
	};
	FUZZ_REQUIRE(slaves_init(&bench->slaves, &plan, error));
	bench->now = NOW;
	bench->last_c = bench->last_a = 0;
}

/* Input: the meters, then requests; both ways must give the same answers. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static uint8_t directly[ANSWERS_MAX], by_wire[ANSWERS_MAX];
	struct fuzz_input input = { data, size };
	struct bench bench = { .request_size = 0 };
	uint8_t setting = fuzz_byte(&input);
	while (input.left > 0) {
		add_request(&bench, &input);
	}
	begin(&bench, setting);
	size_t wanted = answer_directly(&bench, directly);
	slaves_finish(&bench.slaves);
	begin(&bench, setting);
	size_t got = answer_by_wire(&bench, by_wire);
	slaves_finish(&bench.slaves);
	FUZZ_REQUIRE(wanted == got && memcmp(directly, by_wire, got) == 0);
	return 0;
}
