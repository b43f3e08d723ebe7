/* SPDX-License-Identifier: MIT */
/* Checks which durations a command line may give. */
#include "capture_bench.h"

#include "cli/duration_flag.h"

static char said[512];

static int read_flag(const char *value, int64_t *ms)
{
	static const struct cli_verb verb = { .name = "record" };
	struct cli_args args = { .verb = &verb };
	struct cli cli = { .err = fmemopen(said, sizeof(said), "w") };
	if (value != NULL) {
		args.given[0].name = "duration";
		args.given[0].value = value;
		args.given_count = 1;
	}
	said[0] = '\0';
	int code = duration_flag_read(&cli, &args, "duration", ms);
	fclose(cli.err);
	return code;
}

static void a_duration_is_read(void **state)
{
	int64_t ms = 7;
	(void)state;
	assert_int_equal(read_flag("10m", &ms), CLI_OK);
	assert_int_equal(ms, 600000);
	assert_int_equal(read_flag("250ms", &ms), CLI_OK);
	assert_int_equal(ms, 250);
}

static void without_the_flag_nothing_changes(void **state)
{
	int64_t ms = 7;
	(void)state;
	assert_int_equal(read_flag(NULL, &ms), CLI_OK);
	assert_int_equal(ms, 7);
}

static void what_is_no_duration_is_refused(void **state)
{
	int64_t ms = 7;
	(void)state;
	assert_int_equal(read_flag("soon", &ms), CLI_USAGE);
	assert_non_null(strstr(said, "metergate record: --duration soon: "));
	assert_int_equal(read_flag("0s", &ms), CLI_USAGE);
	assert_int_equal(read_flag("367d", &ms), CLI_USAGE);
	assert_int_equal(ms, 7);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_duration_is_read),
		cmocka_unit_test(without_the_flag_nothing_changes),
		cmocka_unit_test(what_is_no_duration_is_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
