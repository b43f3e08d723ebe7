/* SPDX-License-Identifier: MIT */
/* Descriptions of plugins are judged before they are used. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "gateway/plugin.h"

struct box {
	struct mg_instance instance;
	const char *path;
};

/* clang-format off */
static const struct mg_option options[] = {
	MG_STRING(struct box, path, "path", NULL, "a path"),
};
static const struct mg_option bus_clash[] = {
	MG_STRING(struct box, path, "baud", NULL, "a clash"),
};
static const struct mg_option sink_clash[] = {
	MG_STRING(struct box, path, "queue", NULL, "a clash"),
};
/* clang-format on */

static int open_bus(void *self, struct mg_link *link)
{
	(void)self;
	link->fd = -1;
	return MG_RETRY;
}

static void close_bus(void *self, int fd)
{
	(void)self;
	(void)fd;
}

static int open_sink(void *self)
{
	(void)self;
	return MG_OK;
}

static int write_sink(
		void *self, const struct mg_reading *const *batch, size_t count, size_t *taken)
{
	(void)self;
	(void)batch;
	*taken = count;
	return MG_OK;
}

static void close_sink(void *self)
{
	(void)self;
}

struct bench {
	struct mg_transport transport;
	struct mg_sink sink;
	struct mg_plugin plugin;
	char why[PLUGIN_WHY_SIZE];
};

static int set_up(void **state)
{
	struct bench *b = calloc(1, sizeof(*b));
	assert_non_null(b);
	b->transport = (struct mg_transport){
		.size = sizeof(b->transport),
		.instance_size = sizeof(struct box),
		.options = MG_OPTIONS(options),
		.open = open_bus,
		.close = close_bus,
	};
	b->sink = (struct mg_sink){
		.size = sizeof(b->sink),
		.instance_size = sizeof(struct box),
		.options = MG_OPTIONS(options),
		.open = open_sink,
		.write = write_sink,
		.close = close_sink,
	};
	b->plugin = (struct mg_plugin){
		MG_PLUGIN_HEADER,
		.name = "x",
		.version = "1",
		.summary = "both",
		.transport = &b->transport,
		.sink = &b->sink,
	};
	*state = b;
	return 0;
}

static int tear_down(void **state)
{
	free(*state);
	return 0;
}

static void pass(struct bench *b)
{
	if (!plugin_check(&b->plugin, "x", b->why, sizeof(b->why))) {
		fail_msg("%s", b->why);
	}
}

static void refuse(struct bench *b, const char *words)
{
	assert_false(plugin_check(&b->plugin, "x", b->why, sizeof(b->why)));
	assert_memory_equal(b->why, "x.so: ", 6);
	if (strstr(b->why, words) == NULL) {
		fail_msg("\"%s\" lacks \"%s\"", b->why, words);
	}
}

static void whole_plugins_pass(void **state)
{
	struct bench *b = *state;
	pass(b);
	b->plugin.sink = NULL;
	pass(b);
	b->plugin.sink = &b->sink;
	b->plugin.transport = NULL;
	pass(b);
}

static void later_sizes_pass(void **state)
{
	struct bench *b = *state;
	b->plugin.size += 64;
	b->transport.size += 64;
	b->sink.size += 64;
	pass(b);
}

static void other_versions_are_refused(void **state)
{
	struct bench *b = *state;
	b->plugin.abi = 2;
	b->plugin.size = 0;
	refuse(b, "built for plugin ABI 2, this metergate speaks 1; build it again");
	b->plugin.abi = 0;
	refuse(b, "built for plugin ABI 0, this metergate speaks 1; begin its struct");
	b->plugin.abi = 1;
	refuse(b, "MG_PLUGIN_HEADER");
}

static void heads_are_complete(void **state)
{
	struct bench *b = *state;
	b->plugin.name = "y";
	refuse(b, "calls itself \"y\"");
	b->plugin.name = NULL;
	refuse(b, "calls itself \"\"");
	b->plugin.name = "x";
	b->plugin.version = NULL;
	refuse(b, "no version");
	b->plugin.version = "1";
	b->plugin.summary = NULL;
	refuse(b, "no summary");
	b->plugin.summary = "";
	b->plugin.transport = NULL;
	b->plugin.sink = NULL;
	refuse(b, "neither a transport nor a sink");
}

static void transports_are_complete(void **state)
{
	struct bench *b = *state;
	b->transport.size = offsetof(struct mg_transport, power);
	refuse(b, "struct mg_transport");
	b->transport.size = sizeof(b->transport);
	b->transport.open = NULL;
	refuse(b, "lacks open or close");
	b->transport.open = open_bus;
	b->transport.close = NULL;
	refuse(b, "lacks open or close");
}

static void sinks_are_complete(void **state)
{
	struct bench *b = *state;
	b->sink.size = offsetof(struct mg_sink, interrupt);
	refuse(b, "struct mg_sink");
	b->sink.size = sizeof(b->sink);
	b->sink.open = NULL;
	refuse(b, "lacks open, write or close");
	b->sink.open = open_sink;
	b->sink.write = NULL;
	refuse(b, "lacks open, write or close");
	b->sink.write = write_sink;
	b->sink.close = NULL;
	refuse(b, "lacks open, write or close");
}

static void instances_have_a_head(void **state)
{
	struct bench *b = *state;
	b->transport.instance_size = sizeof(struct mg_instance) - 1;
	refuse(b, "instances of its transport have");
	b->transport.instance_size = sizeof(struct box);
	b->sink.instance_size = PLUGIN_INSTANCE_MAX + 1;
	refuse(b, "instances of its sink");
}

static void options_are_judged(void **state)
{
	struct bench *b = *state;
	b->transport.instance_size = sizeof(struct mg_instance);
	refuse(b, "its transport: option \"path\" lies beyond the end");
}

static void keys_of_the_core_are_taken(void **state)
{
	struct bench *b = *state;
	b->transport.options = (struct mg_options)MG_OPTIONS(bus_clash);
	refuse(b, "its transport has an option \"baud\", which [bus] has already");
	b->transport.options = (struct mg_options)MG_OPTIONS(sink_clash);
	pass(b);
	b->sink.options = (struct mg_options)MG_OPTIONS(sink_clash);
	refuse(b, "its sink has an option \"queue\", which [sink] has already");
}

static void short_rooms_are_not_overrun(void **state)
{
	struct bench *b = *state;
	char why[4] = "abc";
	b->plugin.abi = 9;
	assert_false(plugin_check(&b->plugin, "x", why, sizeof(why)));
	assert_string_equal(why, "x.s");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(whole_plugins_pass),
		TEST(later_sizes_pass),
		TEST(other_versions_are_refused),
		TEST(heads_are_complete),
		TEST(transports_are_complete),
		TEST(sinks_are_complete),
		TEST(instances_have_a_head),
		TEST(options_are_judged),
		TEST(keys_of_the_core_are_taken),
		TEST(short_rooms_are_not_overrun),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
