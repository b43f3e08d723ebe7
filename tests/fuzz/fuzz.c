/* SPDX-License-Identifier: MIT */
/* What all fuzz targets share. */
#include "fuzz.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

_Noreturn void fuzz_violated(const char *condition, const char *file, int line)
{
	fprintf(stderr, "%s:%d: does not hold: %s\n", file, line, condition);
	abort();
}

uint8_t fuzz_byte(struct fuzz_input *input)
{
	size_t taken;
	const uint8_t *byte = fuzz_take(input, 1, &taken);
	return taken > 0 ? *byte : 0;
}

const uint8_t *fuzz_take(struct fuzz_input *input, size_t size, size_t *taken)
{
	const uint8_t *bytes = input->data;
	*taken = size < input->left ? size : input->left;
	input->left -= *taken;
	if (*taken > 0) {
		input->data += *taken;
	}
	return bytes;
}

uint8_t *fuzz_copy(const uint8_t *bytes, size_t size)
{
	uint8_t *copy = malloc(size);
	FUZZ_REQUIRE(copy != NULL);
	if (size > 0) {
		memcpy(copy, bytes, size);
	}
	return copy;
}

char *fuzz_string(const uint8_t *bytes, size_t size)
{
	char *text = malloc(size + 1);
	FUZZ_REQUIRE(text != NULL);
	for (size_t i = 0; i < size; i++) {
		text[i] = bytes[i] == 0 ? '0' : (char)bytes[i];
	}
	text[size] = '\0';
	return text;
}

/* Length of the sequence that a first byte announces; 0 for none. */
static size_t announced(uint8_t first)
{
	if (first < 0x80) {
		return 1;
	}
	if (first >= 0xC2 && first <= 0xDF) {
		return 2;
	}
	return first >= 0xE0 && first <= 0xEF ? 3 : first >= 0xF0 && first <= 0xF4 ? 4 : 0;
}

/* Overlong forms, surrogates and what is beyond 10FFFFh are no characters. */
static bool in_range(uint32_t code, size_t length)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	return code >= least[length] && code <= 0x10FFFF && (code < 0xD800 || code > 0xDFFF);
}

static size_t character(const uint8_t *bytes, size_t left, uint32_t *code)
{
	static const uint8_t masks[] = { 0, 0x7F, 0x1F, 0x0F, 0x07 };
	size_t length = announced(bytes[0]);
	if (length == 0 || length > left) {
		return 0;
	}
	*code = bytes[0] & masks[length];
	for (size_t i = 1; i < length; i++) {
		if ((bytes[i] & 0xC0) != 0x80) {
			return 0;
		}
		*code = *code << 6 | (bytes[i] & 0x3Fu);
	}
	return in_range(*code, length) ? length : 0;
}

/* True when all is UTF-8 and each character lies outside [0, least) and [gap, gap_end).
 */
static bool check_text(
		const char *text, size_t length, unsigned least, unsigned gap, unsigned gap_end)
{
	const uint8_t *bytes = (const uint8_t *)text;
	for (size_t at = 0; at < length;) {
		uint32_t code = 0;
		size_t step = character(bytes + at, length - at, &code);
		if (step == 0 || code < least || (code >= gap && code < gap_end)) {
			return false;
		}
		at += step;
	}
	return true;
}

bool fuzz_is_text(const char *text, size_t length, unsigned least)
{
	return check_text(text, length, least, 0, 1);
}

bool fuzz_is_line(const char *text, size_t length)
{
	return check_text(text, length, 0x20, 0x7F, 0xA0);
}

FILE *fuzz_file(const uint8_t *bytes, size_t size)
{
	int fd = memfd_create("fuzz", MFD_CLOEXEC);
	FUZZ_REQUIRE(fd >= 0);
	FUZZ_REQUIRE(size == 0 || write(fd, bytes, size) == (ssize_t)size);
	FUZZ_REQUIRE(lseek(fd, 0, SEEK_SET) == 0);
	FILE *file = fdopen(fd, "r");
	FUZZ_REQUIRE(file != NULL);
	return file;
}
