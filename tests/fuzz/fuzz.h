/* SPDX-License-Identifier: MIT */
/* What all fuzz targets share: a requirement that ends the run, and bytes with nothing
   behind them. */
#ifndef FUZZ_FUZZ_H
#define FUZZ_FUZZ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* Called by libFuzzer for each input. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Ends the process after it named the requirement that does not hold. */
#define FUZZ_REQUIRE(condition)                                                          \
	do {                                                                                 \
		if (!(condition)) {                                                              \
			fuzz_violated(#condition, __FILE__, __LINE__);                               \
		}                                                                                \
	} while (0)

_Noreturn void fuzz_violated(const char *condition, const char *file, int line);

/* The input, taken from its front. */
struct fuzz_input {
	const uint8_t *data;
	size_t left;
};

/* 0 once there is none left. */
uint8_t fuzz_byte(struct fuzz_input *input);
/* At most `size` bytes; *taken says how many. */
const uint8_t *fuzz_take(struct fuzz_input *input, size_t size, size_t *taken);

/* A copy of just these bytes, so that reading beyond them is seen. The caller's; the
   process ends when memory is short. */
uint8_t *fuzz_copy(const uint8_t *bytes, size_t size);
/* The same as a string: NUL bytes become "0", a NUL follows. */
char *fuzz_string(const uint8_t *bytes, size_t size);

/* True for UTF-8 (RFC 3629) in which no character is NUL or below `least`. */
bool fuzz_is_text(const char *text, size_t length, unsigned least);
/* True for UTF-8 without any control character: none of C0, DEL, C1. */
bool fuzz_is_line(const char *text, size_t length);

/* A file that holds these bytes, to be read from its begin. Close it. */
FILE *fuzz_file(const uint8_t *bytes, size_t size);

#endif
