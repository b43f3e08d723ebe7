/* SPDX-License-Identifier: MIT */
/* A buffer to build into, and what must be in it then. */
#ifndef BUILD_BENCH_H
#define BUILD_BENCH_H

#include "mbus_bench.h"

struct built {
	uint8_t bytes[300];
	struct mg_builder builder;
};

/* `size` leaves room behind, where nothing may be written. */
static inline struct mg_builder *built_start(struct built *built, size_t size)
{
	memset(built->bytes, 0xAA, sizeof(built->bytes));
	built->builder = (struct mg_builder){ .bytes = built->bytes, .size = size };
	return &built->builder;
}

/* `hex` NULL: it was refused. */
static inline void built_expect(const struct built *built, const char *hex)
{
	uint8_t bytes[300];
	if (hex == NULL) {
		assert_true(built->builder.failed);
		return;
	}
	size_t size = bench_bytes(hex, bytes, sizeof(bytes));
	assert_false(built->builder.failed);
	assert_int_equal(built->builder.length, size);
	assert_memory_equal(built->bytes, bytes, size);
	assert_int_equal(built->bytes[size], 0xAA);
}

/* Values and members of records that are to be built. */
#define NUMBER(mantissa_, exponent_)                                                     \
	{                                                                                    \
		.type = MG_TYPE_NUMBER, .mantissa = mantissa_, .exponent = exponent_             \
	}
#define INVALID(reason_, ...)                                                            \
	{                                                                                    \
		.quality = MG_QUALITY_INVALID, .reason = reason_, __VA_ARGS__                    \
	}
#define DATA(text) .data = { (const uint8_t *)(text), sizeof(text) - 1 }
#define SIZE(size_) .data = { NULL, size_ }

struct built_row {
	struct mg_data_record record;
	const char *hex; /* NULL: refused */
};

static inline void built_check_rows(const struct built_row *rows, size_t count)
{
	struct built built;
	for (size_t i = 0; i < count; i++) {
		print_message("# %zu: %s\n", i, rows[i].hex != NULL ? rows[i].hex : "refused");
		mg_build_record(built_start(&built, 290), &rows[i].record);
		built_expect(&built, rows[i].hex);
	}
}

#define RECORD(field, quantity_, unit_, coding_, ...)                                    \
	{                                                                                    \
		.data_field = field, .quantity = quantity_, .unit = unit_, .coding = coding_,    \
		__VA_ARGS__                                                                      \
	}

#endif
