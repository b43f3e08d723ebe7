/* SPDX-License-Identifier: MIT */
/* Files of telegrams: what is read, and how mistakes are named. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "literals.h"

#define ONE "68 03 03 68 08 05 70 7D 16"
#define TWO "680404680805700885 16"

static char path[] = "/tmp/test_literals_XXXXXX";

static bool load(const char *text, struct literals *literals, char *error)
{
	FILE *file = fopen(path, "w");
	assert_non_null(file);
	fputs(text, file);
	fclose(file);
	return literals_load(literals, path, error);
}

static int make_file(void **state)
{
	(void)state;
	int fd = mkstemp(path);
	close(fd);
	return fd < 0;
}

static int remove_file(void **state)
{
	(void)state;
	return unlink(path);
}

static void reads_one_meter_a_line(void **state)
{
	struct literals literals;
	char error[LITERALS_ERROR_SIZE];
	(void)state;
	assert_true(load("# meters\n\n" ONE "  # busy\n\t" TWO "\n", &literals, error));
	assert_int_equal(literals.count, 2);
	assert_int_equal(literals.items[0].count, 1);
	assert_int_equal(literals.items[0].line, 3);
	assert_int_equal(literals.items[0].telegrams[0].size, 9);
	assert_int_equal(literals.items[1].telegrams[0].data[7], 0x08);
	literals_finish(&literals);
	literals_finish(&literals);
}

static void plus_joins_the_telegrams_of_a_readout(void **state)
{
	struct literals literals;
	char error[LITERALS_ERROR_SIZE];
	(void)state;
	assert_true(load(ONE "+" TWO " + " ONE "\n", &literals, error));
	assert_int_equal(literals.count, 1);
	assert_int_equal(literals.items[0].count, 3);
	assert_int_equal(literals.items[0].telegrams[1].size, 10);
	literals_finish(&literals);
}

static void names_the_mistake_and_its_line(void **state)
{
	static const struct {
		const char *text, *part;
	} mistakes[] = {
		{ "", "holds no telegram" },
		{ "# nothing\n", "holds no telegram" },
		{ ONE "\n68 03 03 6\n", "line 2 is no telegram" },
		{ "hello\n", "line 1 is no telegram" },
		{ "68 03 03 68 08 05 70 7E 16\n", "line 1 is no valid telegram: checksum" },
		{ "68 03 03\n", "line 1 is no valid telegram" },
		{ ONE " " TWO "\n", "put + between" },
		{ "\n" ONE "+\n", "line 2 is no valid telegram" },
		{ "10 40 01 41 16\n", "no answer of a meter" },
		{ "68 03 03 68 53 05 50 A8 16\n", "no answer of a meter" },
	};
	(void)state;
	for (size_t i = 0; i < sizeof(mistakes) / sizeof(mistakes[0]); i++) {
		struct literals literals;
		char error[LITERALS_ERROR_SIZE];
		assert_false(load(mistakes[i].text, &literals, error));
		if (strstr(error, mistakes[i].part) == NULL) {
			fail_msg("\"%s\" does not say \"%s\"", error, mistakes[i].part);
		}
		assert_int_equal(literals.count, 0);
		assert_null(literals.items);
	}
}

/* `count` copies of `piece` behind each other, to be freed. */
static char *repeat(const char *piece, size_t count)
{
	size_t size = strlen(piece);
	char *text = calloc(count, size + 1);
	assert_non_null(text);
	for (size_t i = 0; i < count; i++) {
		memcpy(text + i * size, piece, size);
	}
	return text;
}

static void has_limits(void **state)
{
	static const struct {
		const char *piece;
		size_t count;
		const char *part;
	} limits[] = {
		{ ONE "\n", LITERALS_MAX + 1, "room for 250 meters" },
		{ ONE "+", LITERALS_TELEGRAMS + 1, "more than 64 telegrams" },
		{ "0", LITERALS_LINE, "longer than" },
		{ "00", MG_FRAME_MAX + 1, "at most 261" },
	};
	(void)state;
	for (size_t i = 0; i < sizeof(limits) / sizeof(limits[0]); i++) {
		struct literals literals;
		char error[LITERALS_ERROR_SIZE];
		char *text = repeat(limits[i].piece, limits[i].count);
		assert_false(load(text, &literals, error));
		assert_non_null(strstr(error, limits[i].part));
		free(text);
	}
}

static void a_file_that_cannot_be_read_is_an_error(void **state)
{
	struct literals literals;
	char error[LITERALS_ERROR_SIZE];
	(void)state;
	assert_false(literals_load(&literals, "/nonexistent/telegrams", error));
	assert_non_null(strstr(error, "cannot be opened: No such file"));
	assert_false(literals_load(&literals, "/tmp", error));
	assert_non_null(strstr(error, "cannot be read: Is a directory"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_one_meter_a_line),
		cmocka_unit_test(plus_joins_the_telegrams_of_a_readout),
		cmocka_unit_test(names_the_mistake_and_its_line),
		cmocka_unit_test(has_limits),
		cmocka_unit_test(a_file_that_cannot_be_read_is_an_error),
	};
	return cmocka_run_group_tests(tests, make_file, remove_file);
}
