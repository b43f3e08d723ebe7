/* SPDX-License-Identifier: MIT */
/* What is written about options is what the tables say. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "gateway/describe.h"

struct bench {
	struct plugins *plugins;
	const struct plugin *probe;
	char *text;
	size_t size;
	FILE *out;
};

static int set_up(void **state)
{
	struct bench *b = calloc(1, sizeof(*b));
	char path[2048];
	char why[PLUGIN_WHY_SIZE];
	assert_non_null(b);
	assert_non_null(getenv("METERGATE_TEST_ABI"));
	snprintf(path, sizeof(path), "%s/fitting", getenv("METERGATE_TEST_ABI"));
	assert_int_equal(setenv("METERGATE_PLUGIN_PATH", path, 1), 0);
	b->plugins = plugins_create(NULL);
	b->probe = plugins_find(b->plugins, "probe", why, sizeof(why));
	b->out = open_memstream(&b->text, &b->size);
	*state = b;
	return b->probe == NULL || b->out == NULL;
}

static int tear_down(void **state)
{
	struct bench *b = *state;
	plugins_destroy(b->plugins);
	free(b->text);
	free(b);
	return 0;
}

static void has(struct bench *b, const char *words)
{
	if (strstr(b->text, words) == NULL) {
		fail_msg("\"%s\" lacks \"%s\"", b->text, words);
	}
}

static void text_names_every_option(void **state)
{
	struct bench *b = *state;
	describe_plugin_text(b->out, b->probe);
	fclose(b->out);
	has(b, "probe 1.2.3: Does nothing, with every option\n");
	has(b, b->probe->path);
	has(b, "Keys of [bus NAME] with transport = probe:\n");
	has(b, "  path               text; required\n                     device that is "
		   "opened\n");
	has(b, "  count              number, 1 to 9; default 3\n");
	has(b, "  on                 yes or no; default no\n");
	has(b, "  pause              duration, 100ms to 1m; default 2s\n");
	has(b, "  room               size, 1K to 1M; default 64K\n");
	has(b, "  mode               fast or slow; default slow\n");
	has(b, "  words              words\n");
	has(b, "  key                secret\n");
	has(b, "  mark.*             tags\n");
	has(b, "Keys of [sink NAME] with plugin = probe:\n  path               text; default "
		   "out.txt\n");
}

static void json_is_one_line(void **state)
{
	struct bench *b = *state;
	describe_plugin_json(b->out, b->probe);
	fclose(b->out);
	assert_ptr_equal(strchr(b->text, '\n'), b->text + b->size - 1);
	has(b, "{\"name\":\"probe\",\"version\":\"1.2.3\",");
	has(b, "\"transport\":{\"options\":[{\"name\":\"path\",\"type\":\"text\","
		   "\"required\":"
		   "true,\"default\":null,\"range\":null,\"choices\":null,\"help\":\"device that "
		   "is "
		   "opened\"},{\"name\":\"count\",\"type\":\"number\",\"required\":false,"
		   "\"default\":\"3\",\"range\":\"1 to 9\",");
	has(b, "\"choices\":[\"fast\",\"slow\"]");
	has(b, "\"sink\":{\"options\":[");
}

static void json_says_what_is_not_offered(void **state)
{
	struct bench *b = *state;
	char why[PLUGIN_WHY_SIZE];
	const struct plugin *bare = plugins_find(b->plugins, "bare", why, sizeof(why));
	assert_non_null(bare);
	describe_plugin_json(b->out, bare);
	fclose(b->out);
	has(b, "\"transport\":{\"options\":[]},\"sink\":null}\n");
}

static void markdown_has_the_core_and_no_strangers(void **state)
{
	struct bench *b = *state;
	describe_markdown(b->out, b->plugins);
	fclose(b->out);
	has(b, "# Configuration\n");
	has(b, "\n## `[gateway]`\n\n");
	has(b, "\n## `[bus NAME]`\n\n");
	has(b, "\n## `[device BUS/NAME]`\n\n");
	has(b, "\n## `[sink NAME]`\n\n");
	has(b, "| `transport` | text | required | plugin that carries the bytes");
	has(b, "| `tries` | number, 1 to 10 | `3` | ");
	has(b, "| `parity` | `even`, `none` or `odd` | `even` | ");
	has(b, "| `tag.*` | tags |  | ");
	has(b, "| `silent_max` | duration, 1s to 366d | `6h` | ");
	assert_null(strstr(b->text, "probe"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(text_names_every_option),
		TEST(json_is_one_line),
		TEST(json_says_what_is_not_offered),
		TEST(markdown_has_the_core_and_no_strangers),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
