/* SPDX-License-Identifier: MIT */
/* What a plugin tells its host arrives, within limits. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/host.h"

static int set_up(void **state)
{
	*state = host_create("sink", "live", NULL, "cellar-pi", "/var/lib/metergate");
	return *state == NULL;
}

static int tear_down(void **state)
{
	host_destroy(*state);
	return 0;
}

static void an_instance_knows_its_names(void **state)
{
	struct mg_host *host = *state;
	const struct mg_services *gw = host_services();
	assert_string_equal(gw->gateway_name(host), "cellar-pi");
	assert_string_equal(gw->instance_name(host), "live");
	assert_string_equal(gw->state_dir(host), "/var/lib/metergate");
	assert_string_equal(host_title(host), "sink live");
	assert_string_equal(host_name(host), "live");
	assert_null(host_log(host));
	gw->log(host, (enum mg_log_level)99, "a level that there is not: %d", 99);
}

static void a_reason_holds_until_it_is_cleared(void **state)
{
	struct mg_host *host = *state;
	const struct mg_services *gw = host_services();
	struct host_reason reason;
	gw->reason(host, ENOENT, "no file %s", "/x");
	gw->retry_after(host, 250);
	host_take_reason(host, &reason);
	assert_string_equal(reason.text, "no file /x");
	assert_int_equal(reason.error, ENOENT);
	assert_int_equal(reason.retry_ms, 250);
	gw->retry_after(host, -5);
	host_take_reason(host, &reason);
	assert_int_equal(reason.retry_ms, 0);
	host_clear_reason(host);
	host_take_reason(host, &reason);
	assert_string_equal(reason.text, "");
	assert_int_equal(reason.error, 0);
	assert_int_equal(reason.retry_ms, -1);
}

static void a_long_reason_is_cut(void **state)
{
	struct mg_host *host = *state;
	struct host_reason reason;
	host_services()->reason(host, 0, "%0*d", 2 * HOST_REASON_SIZE, 1);
	host_take_reason(host, &reason);
	assert_int_equal(strlen(reason.text), HOST_REASON_SIZE - 1);
}

static void counters_add_up_and_are_bounded(void **state)
{
	struct mg_host *host = *state;
	const struct mg_services *gw = host_services();
	struct host_counter counters[HOST_COUNTERS + 4];
	gw->count(host, "reconnects", 1);
	gw->count(host, "reconnects", 2);
	for (int i = 0; i < 2 * HOST_COUNTERS; i++) {
		char name[16];
		snprintf(name, sizeof(name), "n%d", i);
		gw->count(host, name, 1);
	}
	assert_int_equal(host_counters(host, counters, HOST_COUNTERS + 4), HOST_COUNTERS);
	assert_string_equal(counters[0].name, "reconnects");
	assert_int_equal(counters[0].value, 3);
	uint64_t sum = 0;
	for (int i = 1; i < HOST_COUNTERS; i++) {
		sum += counters[i].value;
	}
	assert_int_equal(sum, 2 * HOST_COUNTERS);
	assert_string_equal(counters[HOST_COUNTERS - 1].name, "other");
	assert_int_equal(host_counters(host, counters, 1), 1);
}

static void long_names_of_counters_are_cut_and_count_together(void **state)
{
	struct mg_host *host = *state;
	struct host_counter counters[HOST_COUNTERS];
	host_services()->count(host, "a name of thirty-two characters.", 1);
	host_services()->count(host, "a name of thirty-two characters.", 2);
	host_services()->count(host, "a name", 4);
	assert_int_equal(host_counters(host, counters, HOST_COUNTERS), 2);
	assert_string_equal(counters[0].name, "a name of thirty-two characters");
	assert_int_equal(counters[0].value, 3);
	assert_int_equal(counters[1].value, 4);
}

static void a_reported_state_can_be_asked_for(void **state)
{
	struct mg_host *host = *state;
	char text[64];
	host_services()->report(host, "short circuit");
	assert_int_equal(host_state(host, text, sizeof(text)), 13);
	assert_string_equal(text, "short circuit");
	host_services()->report(host, NULL);
	assert_int_equal(host_state(host, text, sizeof(text)), 0);
}

static void cancelling_is_seen(void **state)
{
	struct mg_host *host = *state;
	assert_false(host_services()->cancelled(host));
	host_cancel(host);
	assert_true(host_services()->cancelled(host));
}

static void count_calls(void *data)
{
	(*(int *)data)++;
}

static void retry_now_reaches_whoever_waits(void **state)
{
	struct mg_host *host = *state;
	int calls = 0;
	host_services()->retry_now(host);
	host_set_retry_now(host, count_calls, &calls);
	host_services()->retry_now(host);
	assert_int_equal(calls, 1);
}

static const void *encode_type(void **buffer, enum mg_format format,
		const struct mg_reading *reading, size_t *length)
{
	(void)format;
	free(*buffer);
	*buffer = strdup(reading->type);
	*length = strlen(*buffer);
	return *buffer;
}

static void encoding_needs_an_encoder(void **state)
{
	struct mg_host *host = *state;
	struct mg_reading reading = { .type = "bus_down" };
	size_t length = 0;
	assert_null(host_services()->encode(host, MG_FORMAT_JSON, &reading, &length));
	host_set_encoder(host, encode_type, free);
	assert_string_equal(
			host_services()->encode(host, MG_FORMAT_JSON, &reading, &length), "bus_down");
	assert_int_equal(length, 8);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(an_instance_knows_its_names, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
				a_reason_holds_until_it_is_cleared, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_long_reason_is_cut, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
				counters_add_up_and_are_bounded, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
				long_names_of_counters_are_cut_and_count_together, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
				a_reported_state_can_be_asked_for, set_up, tear_down),
		cmocka_unit_test_setup_teardown(cancelling_is_seen, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
				retry_now_reaches_whoever_waits, set_up, tear_down),
		cmocka_unit_test_setup_teardown(encoding_needs_an_encoder, set_up, tear_down),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
