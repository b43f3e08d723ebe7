/* SPDX-License-Identifier: MIT */
/* Files become sections; what is wrong in any of them is said in one go. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "config_bench.h"

static int set_up(void **state)
{
	*state = config_bench_create();
	return 0;
}

static int tear_down(void **state)
{
	config_bench_destroy(*state);
	return 0;
}

static void sections_keep_their_places(void **state)
{
	struct config_bench *b = *state;
	config_bench_load(b, "[gateway]\nname = x\n[bus  cellar]\nbaud = 300\n"
						 "[device cellar/heat-1]\naddress = 5\n");
	assert_string_equal(b->printed, "");
	assert_int_equal(b->config->count, 3);
	const struct config_section *bus = config_find(b->config, "bus");
	assert_string_equal(bus->name, "cellar");
	assert_string_equal(bus->title, "bus  cellar");
	assert_int_equal(bus->place.line, 3);
	assert_false(bus->exposed);
	const struct config_value *baud = config_value(bus, "baud");
	assert_string_equal(baud->value, "300");
	assert_string_equal(baud->place.file, b->path);
	assert_int_equal(baud->place.column, 8);
	assert_null(config_value(bus, "parity"));
	const struct config_section *device = config_find(b->config, "device");
	assert_string_equal(device->bus, "cellar");
	assert_string_equal(device->device, "heat-1");
	assert_null(config_find(b->config, "sink"));
}

static void duplicates_name_both_places(void **state)
{
	struct config_bench *b = *state;
	config_bench_load(b, "[bus a]\nbaud = 300\nbaud = 600\n[sink a]\n[bus b]\n[bus a]\n"
						 "baud = 1200\n");
	assert_string_equal(b->printed,
			"main.ini:3:1: [bus a] baud: is there twice; the first one is at "
			"main.ini:2\n"
			"main.ini:6:2: [bus a] is there twice; the first one is at main.ini:1\n");
	assert_int_equal(b->config->count, 3);
	assert_string_equal(
			config_value(config_find(b->config, "bus"), "baud")->value, "300");
}

static void titles_are_judged(void **state)
{
	struct config_bench *b = *state;
	config_bench_load(b, "[buss a]\nx = 1\n[pump a]\n[bus]\n[bus a b]\n[gateway x]\n"
						 "[device a]\n[device a/b/c]\n[device /b]\n[sink -a]\n");
	assert_string_equal(b->printed,
			"main.ini:1:2: [buss a] there is no such kind of section: did you mean [bus "
			"NAME]?\n"
			"main.ini:3:2: [pump a] there is no such kind of section: use [gateway], "
			"[bus "
			"NAME], [device BUS/NAME] or [sink NAME]\n"
			"main.ini:4:2: [bus] the name is missing: [bus NAME]\n"
			"main.ini:5:2: [bus a b] \"a b\" is no name: allowed are 1 to 32 letters, "
			"digits, ., _ and -, beginning with a letter or digit\n"
			"main.ini:6:2: [gateway x] [gateway] has no name here: write it below, as "
			"name "
			"= ...\n"
			"main.ini:7:2: [device a] a device is named with its bus: [device BUS/NAME]\n"
			"main.ini:8:2: [device a/b/c] \"b/c\" is no name: allowed are 1 to 32 "
			"letters, "
			"digits, ., _ and -, beginning with a letter or digit\n"
			"main.ini:9:2: [device /b] \"\" is no name: allowed are 1 to 32 letters, "
			"digits, ., _ and -, beginning with a letter or digit\n"
			"main.ini:10:2: [sink -a] \"-a\" is no name: allowed are 1 to 32 letters, "
			"digits, ., _ and -, beginning with a letter or digit\n");
	assert_int_equal(b->config->count, 0);
}

static void includes_are_read_in_order(void **state)
{
	struct config_bench *b = *state;
	char folder[PATH_MAX];
	snprintf(folder, sizeof(folder), "%s/conf.d", b->folder);
	assert_int_equal(mkdir(folder, 0700), 0);
	config_bench_write(b, "conf.d/20.ini", "[bus two]\n[bus bad!]\n");
	config_bench_write(b, "conf.d/10.ini", "[bus one]\n");
	config_bench_write(b, "conf.d/README", "no configuration\n");
	config_bench_write(b, "more.ini", "[bus three]\n");
	config_bench_load(
			b, "[gateway]\ninclude = conf.d/*.ini  more.ini none/*.ini *.ini\n");
	assert_int_equal(b->config->file_count, 4);
	assert_int_equal(b->config->count, 4);
	assert_string_equal(b->config->sections[1].name, "one");
	assert_string_equal(b->config->sections[2].name, "two");
	assert_string_equal(b->config->sections[3].name, "three");
	assert_non_null(strstr(b->printed, "conf.d/20.ini:2:2: [bus bad!]"));
	assert_int_equal(b->errors.errors, 1);
}

static void duplicates_are_found_across_files(void **state)
{
	struct config_bench *b = *state;
	config_bench_write(b, "more.ini", "[bus a]\n[gateway]\ninclude = main.ini\n");
	config_bench_load(b, "[gateway]\ninclude = more.ini\n[bus a]\n");
	assert_string_equal(b->printed,
			"more.ini:1:2: [bus a] is there twice; the first one is at main.ini:3\n"
			"more.ini:2:2: [gateway] is there twice; the first one is at main.ini:1\n");
}

static void missing_includes_are_named_with_their_column(void **state)
{
	struct config_bench *b = *state;
	config_bench_load(b, "[gateway]\ninclude = none/*.ini  gone.ini\n");
	assert_string_equal(b->printed,
			"main.ini:2:23: [gateway] include: gone.ini cannot be "
			"read: No such file or directory\n");
	config_destroy(b->config);
	b->config = NULL;
	config_errors_finish(&b->errors);
	char text[PATH_MAX + 64];
	snprintf(text, sizeof(text), "[gateway]\ninclude = %0*d\n", PATH_MAX - 10, 1);
	config_bench_load(b, text);
	assert_non_null(strstr(b->printed, "main.ini:2:11: [gateway] include: "));
	assert_int_equal(b->errors.errors, 1);
}

static void too_many_files_are_refused(void **state)
{
	struct config_bench *b = *state;
	char name[32];
	for (int i = 0; i < CONFIG_FILES_MAX; i++) {
		snprintf(name, sizeof(name), "n%d.inc", i);
		config_bench_write(b, name, "");
	}
	config_bench_load(b, "[gateway]\ninclude = *.inc\n");
	assert_string_equal(
			b->printed, "main.ini:2:11: [gateway] include: more than 1023 files\n");
	assert_int_equal(b->config->file_count, CONFIG_FILES_MAX);
}

static void too_many_keys_are_refused(void **state)
{
	struct config_bench *b = *state;
	size_t used = 0;
	char *text = malloc(65536);
	assert_non_null(text);
	used += (size_t)sprintf(text, "[bus a]\n");
	for (int i = 0; i < CONFIG_VALUES_MAX + 2; i++) {
		used += (size_t)sprintf(text + used, "k%d = 1\n", i);
	}
	config_bench_load(b, text);
	free(text);
	assert_string_equal(b->printed,
			"main.ini:258:1: [bus a] k256: is one key too many: at "
			"most 256 are allowed\n");
}

static void a_missing_main_file_is_an_error(void **state)
{
	struct config_bench *b = *state;
	b->config = config_load(b->path, &b->errors);
	assert_null(b->config);
	config_bench_print(b);
	assert_string_equal(
			b->printed, "main.ini cannot be read: No such file or directory\n");
}

static void a_folder_is_no_file(void **state)
{
	struct config_bench *b = *state;
	b->config = config_load("/tmp", &b->errors);
	assert_null(b->config);
	assert_string_equal(b->errors.items[0].text, "/tmp cannot be read: Is a directory");
}

static void a_device_without_an_end_is_no_file(void **state)
{
	struct config_bench *b = *state;
	b->config = config_load("/dev/zero", &b->errors);
	assert_null(b->config);
	assert_string_equal(b->errors.items[0].text,
			"/dev/zero cannot be read: it is neither a file nor a pipe");
}

static void files_that_everybody_reads_are_marked(void **state)
{
	struct config_bench *b = *state;
	config_bench_write(b, "open.ini", "[bus open]\n");
	char path[PATH_MAX];
	snprintf(path, sizeof(path), "%s/open.ini", b->folder);
	assert_int_equal(chmod(path, 0644), 0);
	config_bench_load(b, "[gateway]\ninclude = open.ini\n");
	assert_false(b->config->sections[0].exposed);
	assert_true(b->config->sections[1].exposed);
	assert_string_equal(b->config->sections[1].folder, b->folder);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(sections_keep_their_places),
		TEST(duplicates_name_both_places),
		TEST(titles_are_judged),
		TEST(includes_are_read_in_order),
		TEST(duplicates_are_found_across_files),
		TEST(missing_includes_are_named_with_their_column),
		TEST(too_many_files_are_refused),
		TEST(too_many_keys_are_refused),
		TEST(a_missing_main_file_is_an_error),
		TEST(a_folder_is_no_file),
		TEST(a_device_without_an_end_is_no_file),
		TEST(files_that_everybody_reads_are_marked),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
