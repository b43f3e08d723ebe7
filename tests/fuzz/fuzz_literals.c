/* SPDX-License-Identifier: MIT */
/* Files of telegrams for the simulator, and the meters that answer with them. */
#include <string.h>

#include <metergate/mbus.h>

#include "fuzz.h"
#include "simulator/literals.h"
#include "simulator/slaves.h"

#define BYTES_MAX 20000
#define PATH_SIZE 32
#define NOW 1795327200
#define BIT 416667

static void check_telegram(struct mg_bytes bytes)
{
	struct mg_frame frame;
	size_t length;
	FUZZ_REQUIRE(
			mg_frame_parse(bytes.data, bytes.size, &frame, &length) == MG_FAULT_NONE);
	FUZZ_REQUIRE(length == bytes.size && frame.type == MG_FRAME_LONG);
	FUZZ_REQUIRE((frame.c & MG_C_PRM) == 0);
}

static void check_literals(const struct literals *literals)
{
	unsigned line = 0;
	FUZZ_REQUIRE(literals->count > 0 && literals->count <= LITERALS_MAX);
	for (size_t i = 0; i < literals->count; i++) {
		const struct literal *literal = &literals->items[i];
		FUZZ_REQUIRE(literal->line > line);
		FUZZ_REQUIRE(literal->count > 0 && literal->count <= LITERALS_TELEGRAMS);
		line = literal->line;
		for (size_t k = 0; k < literal->count; k++) {
			check_telegram(literal->telegrams[k]);
		}
	}
}

/* A meter answers with its telegrams, one after the other. */
static void check_meter(struct meter *meter, const struct literal *literal)
{
	struct telegram answer;
	struct mg_frame request = { .type = MG_FRAME_SHORT, .a = (uint8_t)meter->address };
	struct meter_time now = { .wall = NOW };
	int64_t delay;
	for (size_t i = 0; i <= literal->count; i++) {
		const struct mg_bytes *wanted = &literal->telegrams[i % literal->count];
		request.c = (uint8_t)(MG_C_REQ_UD2 | (i % 2 == 0 ? MG_C_FCB : 0));
		meter_take(meter, &request, &now, BIT, &answer, &delay);
		FUZZ_REQUIRE(answer.length == wanted->size);
		FUZZ_REQUIRE(memcmp(answer.bytes, wanted->data, wanted->size) == 0);
	}
}

static void check_answers(struct literals *literals)
{
	char error[SLAVES_ERROR_SIZE];
	struct slaves slaves;
	const struct slaves_plan plan = { .first_address = 1, .literals = literals };
	FUZZ_REQUIRE(slaves_init(&slaves, &plan, error));
	FUZZ_REQUIRE(slaves.count == literals->count);
	for (size_t i = 0; i < slaves.count; i++) {
		if (slaves.meters[i].address != METER_NO_ADDRESS) {
			check_meter(&slaves.meters[i], &literals->items[i]);
		}
	}
	slaves_finish(&slaves);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct literals literals;
	char error[LITERALS_ERROR_SIZE] = "", path[PATH_SIZE];
	FILE *file = fuzz_file(data, size < BYTES_MAX ? size : BYTES_MAX);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fileno(file));
	if (literals_load(&literals, path, error)) {
		check_literals(&literals);
		check_answers(&literals);
	} else {
		FUZZ_REQUIRE(error[0] != '\0' && literals.count == 0 && literals.items == NULL);
	}
	literals_finish(&literals);
	fclose(file);
	return 0;
}
