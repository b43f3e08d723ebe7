/* SPDX-License-Identifier: MIT */
/* The sink of the plugin guide works, and the guide shows just that.
 *     test_hello hello.so hello.c plugin-guide.md */
#include <dlfcn.h>
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include <metergate/testing.h>

static char **files; /* behind the name of the program */

static void guide_sink_logs_every_device(void **state)
{
	(void)state;
	struct mg_testing t;
	struct mg_testing_sample samples[2];
	const struct mg_reading *batch[2];
	size_t taken = 0;
	void *object = dlopen(files[0], RTLD_NOW | RTLD_LOCAL);
	assert_non_null(object);
	const struct mg_plugin *plugin = dlsym(object, "metergate_plugin");
	assert_non_null(plugin);
	assert_int_equal(plugin->abi, MG_ABI);
	assert_string_equal(plugin->name, "hello");
	mg_testing_init(&t);
	for (size_t i = 0; i < 2; i++) {
		batch[i] = mg_testing_sample_init(&samples[i], i + 1);
	}
	samples[1].reading.device = "water-2";
	const char *none[] = { NULL };
	const struct mg_sink *sink = plugin->sink;
	void *self = mg_testing_instance(&t, sink->instance_size, &sink->options, none);
	assert_non_null(self);
	assert_int_equal(sink->open(self), MG_OK);
	assert_int_equal(sink->write(self, batch, 2, &taken), MG_OK);
	assert_int_equal(taken, 2);
	sink->close(self);
	assert_true(mg_testing_logged(&t, "hello, heat-1"));
	assert_true(mg_testing_logged(&t, "hello, water-2"));
	mg_testing_finish(&t);
	dlclose(object);
}

static char *content(const char *path)
{
	FILE *file = fopen(path, "r");
	assert_non_null(file);
	char *text = calloc(1, 100000);
	assert_non_null(text);
	assert_in_range(fread(text, 1, 99999, file), 1, 99998);
	fclose(file);
	return text;
}

static void guide_shows_the_file_as_it_is(void **state)
{
	(void)state;
	char *source = content(files[1]), *guide = content(files[2]);
	char *block = strstr(guide, "```c\n/* SPDX");
	assert_non_null(block);
	block += strlen("```c\n");
	char *end = strstr(block, "```\n");
	assert_non_null(end);
	*end = '\0';
	assert_string_equal(block, source);
	free(source);
	free(guide);
}

static void smallest_sink_has_under_20_lines(void **state)
{
	(void)state;
	size_t lines = 0;
	char *source = content(files[1]);
	for (const char *c = source; *c != '\0'; c++) {
		lines += *c == '\n';
	}
	assert_in_range(lines, 1, 19);
	free(source);
}

int main(int count, char **arguments)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(guide_sink_logs_every_device),
		cmocka_unit_test(guide_shows_the_file_as_it_is),
		cmocka_unit_test(smallest_sink_has_under_20_lines),
	};
	if (count != 4) {
		fprintf(stderr, "usage: test_hello hello.so hello.c plugin-guide.md\n");
		return 2;
	}
	files = arguments + 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
