/* SPDX-License-Identifier: MIT */
/* Telegrams that are decoded, built from what was decoded, and decoded again: both times
   they must say the same. */
#include <stdlib.h>

#include "../unit/roundtrip.h"
#include "fuzz.h"

/* C and CI fields that lead to different ways of reading. */
static const struct {
	uint8_t c, ci;
} kinds[] = { { 0x08, 0x72 }, { 0x08, 0x76 }, { 0x08, 0x78 }, { 0x08, 0x7A },
	{ 0x53, 0x51 }, { 0x53, 0x5B }, { 0x53, 0x56 }, { 0x08, 0x73 }, { 0x08, 0x77 },
	{ 0x08, 0x6E } };

enum { KINDS = sizeof(kinds) / sizeof(kinds[0]) };

static void check(uint8_t c, uint8_t ci, const uint8_t *data, size_t size)
{
	static struct roundtrip roundtrip;
	struct roundtrip_counts counts = { 0, 0 };
	uint8_t bytes[MG_FRAME_MAX];
	const struct mg_frame frame = { MG_FRAME_LONG, c, 1, ci, { data, size } };
	size_t length = mg_frame_build(&frame, bytes, sizeof(bytes));
	FUZZ_REQUIRE(length > 0);
	uint8_t *copy = fuzz_copy(bytes, length);
	const char *wrong = roundtrip_check(&roundtrip, copy, length, &counts);
	if (wrong != NULL) {
		fprintf(stderr, "record %zu: %s\n", roundtrip.record, wrong);
	}
	FUZZ_REQUIRE(wrong == NULL);
	free(copy);
}

/* Input: which kind of telegram, or FFh and then C and CI; then what stands behind CI. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_input input = { data, size };
	uint8_t kind = fuzz_byte(&input);
	uint8_t c = kinds[kind % KINDS].c, ci = kinds[kind % KINDS].ci;
	size_t taken;
	if (kind == 0xFF) {
		c = fuzz_byte(&input);
		ci = fuzz_byte(&input);
	}
	const uint8_t *rest = fuzz_take(&input, MG_FRAME_MAX - 9, &taken);
	check(c, ci, rest, taken);
	return 0;
}
