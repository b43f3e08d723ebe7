/* SPDX-License-Identifier: MIT */
/* A shortage of memory, at whatever moment, is said and does no harm. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "config_bench.h"
#include "gateway/setup.h"

/* Which allocation fails, counted down; the linker leads those of the core here. */
static int countdown;
static bool failed;

void *__real_calloc(size_t count, size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__real_reallocarray(void *old, size_t count, size_t size);
void *__wrap_reallocarray(void *old, size_t count, size_t size);
char *__real_strdup(const char *text);
char *__wrap_strdup(const char *text);

static bool fails_now(void)
{
	bool now = countdown-- == 0;
	failed = failed || now;
	return now;
}

void *__wrap_calloc(size_t count, size_t size)
{
	return fails_now() ? NULL : __real_calloc(count, size);
}

void *__wrap_reallocarray(void *old, size_t count, size_t size)
{
	return fails_now() ? NULL : __real_reallocarray(old, count, size);
}

char *__wrap_strdup(const char *text)
{
	return fails_now() ? NULL : __real_strdup(text);
}

static void find_plugins(void)
{
	char path[PATH_MAX];
	assert_non_null(getenv("METERGATE_TEST_ABI"));
	snprintf(path, sizeof(path), "%s/fitting", getenv("METERGATE_TEST_ABI"));
	assert_int_equal(setenv("METERGATE_PLUGIN_PATH", path, 1), 0);
}

/* One bus of each kind, with everything that takes memory. */
static void write_file(struct config_bench *bench)
{
	size_t size = 8192;
	char *text = malloc(size);
	assert_non_null(text);
	size_t used = (size_t)snprintf(text, size,
			"[gateway]\ninclude = more.ini\n"
			"[bus a]\ntransport = probe\npath = /dev/null\nwords = x y z\nmark.m = n\n"
			"[bus b]\ntransport = remote\nhost = h\nport = 1\n"
			"[sink s]\nplugin = probe\npath = %01500d\n",
			1);
	for (int i = 0; i < 20; i++) {
		used += (size_t)snprintf(text + used, size - used,
				"[device a/d%d]\naddress = %d\ntag.long = %0100d\n", i, i, i);
	}
	config_bench_write(bench, "main.ini", text);
	config_bench_write(bench, "more.ini",
			"[device b/d]\naddress = 1\nkey = 000102030405060708090A0B0C0D0E0F\n");
	free(text);
}

/* A shortage must not pass in silence. */
static void load_once(const char *path)
{
	struct config_errors errors;
	struct setup *setup = NULL;
	config_errors_init(&errors);
	struct plugins *plugins = plugins_create("/nonexistent");
	struct config *config = plugins == NULL ? NULL : config_load(path, &errors);
	if (config != NULL) {
		setup = config_resolve(config, plugins, &errors);
	}
	config_destroy(config);
	bool fine = setup != NULL && errors.errors == 0;
	if (fine) {
		assert_int_equal(setup->bus_count, 2);
		assert_int_equal(setup->buses[0]->device_count, 20);
		assert_int_equal(setup->buses[1]->device_count, 1);
		assert_non_null(setup->buses[1]->port);
	}
	setup_destroy(setup);
	plugins_destroy(plugins);
	config_errors_finish(&errors);
	assert_true(fine == !failed);
}

static void a_configuration_survives_any_shortage(void **state)
{
	(void)state;
	struct config_bench *bench = config_bench_create();
	find_plugins();
	write_file(bench);
	int rounds = 0;
	do {
		failed = false;
		countdown = rounds++;
		load_once(bench->path);
	} while (failed);
	assert_true(rounds > 30);
	countdown = -1;
	config_bench_destroy(bench);
}

static void target_once(const char *target)
{
	struct config_errors errors;
	struct setup_bus *bus = NULL;
	config_errors_init(&errors);
	struct plugins *plugins = plugins_create(NULL);
	bool fine = plugins != NULL && setup_bus_from_target(target, plugins, &bus, &errors);
	assert_true(fine == (bus != NULL));
	assert_true(fine == !failed);
	setup_bus_destroy(bus);
	plugins_destroy(plugins);
	config_errors_finish(&errors);
}

static void a_target_survives_any_shortage(void **state)
{
	(void)state;
	find_plugins();
	int rounds = 0;
	do {
		failed = false;
		countdown = rounds++;
		target_once("probe:///dev/null?words=a");
	} while (failed);
	assert_true(rounds > 5);
	countdown = -1;
}

static void nothing_can_be_destroyed(void **state)
{
	(void)state;
	setup_destroy(NULL);
	setup_bus_destroy(NULL);
	setup_sink_destroy(NULL);
	config_destroy(NULL);
}

int main(void)
{
	countdown = -1;
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_configuration_survives_any_shortage),
		cmocka_unit_test(a_target_survives_any_shortage),
		cmocka_unit_test(nothing_can_be_destroyed),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
