/* SPDX-License-Identifier: MIT */
/* The commands info, devices and status: what is known, and what is asked. */
#include "command_bench.h"
#include "gateway/command_device.h"

static bool m1_was_read(void *data)
{
	struct commands_bench *b = data;
	return count_of(b->f, "reading", "m1") > 0;
}

/* m1 as a device that the bus reads by itself. */
static void read_m1(struct commands_bench *b)
{
	commands_meters(b, 1, 2);
	assert_non_null(bus_add_device(b->f->bus, &b->devices[0].settings));
	bus_start(b->f->bus);
	assert_true(bench_wait(&b->f->bench, m1_was_read, b));
}

static int requests_of_m1(struct commands_bench *b)
{
	return atomic_load(&b->f->line.meters[1].requests);
}

static void what_is_known_is_told_with_its_age(void **state)
{
	struct commands_bench *b = *state;
	read_m1(b);
	int before = requests_of_m1(b);
	assert_int_equal(commands_run(b, "info cellar m1"), 0);
	assert_int_equal(requests_of_m1(b), before);
	assert_true(heard_has(b,
			"{\"bus\":\"cellar\",\"device\":\"m1\",\"label\":\"Flat "
			"1\",\"address\":\"1\","
			"\"configured\":true,\"fresh\":false,\"meter\":{\"id\":\"12345671\","
			"\"manufacturer\":\"KAM\",\"manufacturer_name\":\"Kamstrup"));
	assert_true(heard_has(b, "\"version\":22,\"medium\":\"water\",\"medium_code\":7}"));
	assert_true(heard_has(b, ",\"baud\":38400,\"last_seen\":\"20"));
	assert_true(
			heard_has(b, "\"age_s\":0,\"link\":{\"quality\":\"good\",\"silent\":false,"
						 "\"reads\":1,\"failures\":0,\"repeats\":0,"));
}

static void fresh_asks_the_meter(void **state)
{
	struct commands_bench *b = *state;
	read_m1(b);
	int before = requests_of_m1(b);
	assert_int_equal(commands_run(b, "info cellar 1 --fresh"), 0);
	assert_true(requests_of_m1(b) > before);
	assert_true(heard_has(b, "\"device\":\"m1\""));
	assert_true(heard_has(b, "\"fresh\":true"));
	assert_int_equal(count_of(b->f, "reading", "m1"), 2);
}

static void a_meter_that_is_not_configured_is_asked(void **state)
{
	struct commands_bench *b = *state;
	commands_meters(b, 4, 4);
	bus_start(b->f->bus);
	assert_int_equal(commands_run(b, "info cellar 4"), 0);
	assert_true(heard_has(b, "{\"bus\":\"cellar\",\"device\":\"4\",\"address\":\"4\","
							 "\"configured\":false,\"fresh\":true,"
							 "\"meter\":{\"id\":\"12345674\","));
	assert_false(heard_has(b, "last_seen"));
	/* It is nothing for sinks. */
	assert_int_equal(count_of(b->f, "reading", "4"), 0);
}

static void a_meter_that_says_nothing_is_a_failure(void **state)
{
	struct commands_bench *b = *state;
	bus_start(b->f->bus);
	assert_int_equal(commands_run(b, "info cellar 6"), 5);
	assert_true(heard_has(b, "{\"error\":\"6: "));
}

static void people_get_a_table(void **state)
{
	struct commands_bench *b = *state;
	read_m1(b);
	assert_int_equal(commands_run(b, "info cellar m1 --text"), 0);
	assert_true(heard_has(b, "cellar/m1  Flat 1\\u000a"));
	assert_true(heard_has(b, "  manufacturer  KAM, Kamstrup"));
	assert_true(heard_has(b, "  version       22 (16h)\\u000a"));
	assert_true(heard_has(b, "  medium        water (07h)\\u000a"));
	assert_true(heard_has(
			b, "  link          good: 1 readout, 0 failed, 0 requests repeated"));
	assert_true(heard_has(b, "  last seen     0 s ago\\u000a"));
	assert_true(heard_has(b, "  answers       after "));
	assert_true(
			heard_has(b, "the way to the bus and back included; 100.0 ms are allowed"));
}

static void info_is_about_one_device(void **state)
{
	struct commands_bench *b = *state;
	assert_int_equal(commands_run(b, "info cellar"), 2);
	assert_true(heard_has(b, "3 devices are meant: info wants one"));
	assert_int_equal(commands_run(b, "info"), 2);
}

static bool one_runs(void *data)
{
	const struct commands_bench *b = data;
	return b->running == 1;
}

static void an_inquiry_can_be_cancelled(void **state)
{
	struct commands_bench *b = *state;
	bus_start(b->f->bus);
	struct command *command = commands_begin(b, "info cellar 6");
	assert_true(bench_wait(&b->f->bench, one_runs, b));
	command_cancel(command);
	assert_true(bench_wait(&b->f->bench, heard_all, &b->heard));
	assert_int_equal(b->heard.code, 130);
	command_destroy(command);
}

static void devices_lists_what_the_bus_reads(void **state)
{
	struct commands_bench *b = *state;
	read_m1(b);
	assert_int_equal(commands_run(b, "devices"), 0);
	assert_true(heard_has(b, "{\"bus\":\"cellar\",\"device\":\"m1\",\"label\":\"Flat 1\","
							 "\"address\":\"1\",\"baud\":38400,"
							 "\"meter\":{\"id\":\"12345671\","));
	assert_true(heard_has(b, "\"due_s\":"));
	assert_true(heard_has(b, "{\"done\":true,\"code\":0,\"devices\":1}\n"));
	assert_int_equal(commands_run(b, "devices cellar --text"), 0);
	assert_true(heard_has(b, "cellar/m1                    1                  "
							 "12345671.KAM.16.07  good     seen 0 s ago"));
	assert_int_equal(commands_run(b, "devices roof"), 2);
	assert_true(heard_has(b, "there is no bus \\\"roof\\\" here"));
}

static void status_tells_of_each_bus(void **state)
{
	struct commands_bench *b = *state;
	read_m1(b);
	assert_int_equal(commands_run(b, "status"), 0);
	assert_true(heard_has(b, "{\"gateway\":\"cellar-pi\"}\n"));
	assert_true(heard_has(b, "{\"bus\":\"cellar\",\"state\":\"open\","
							 "\"port\":\"/dev/ttyUSB0\",\"baud\":38400,"));
	assert_true(heard_has(b, "\"latency_ms\":100.000,\"devices\":1,\"silent\":[],"));
	assert_true(heard_has(b, "\"readings\":1,"));
	assert_int_equal(commands_run(b, "status --text"), 0);
	assert_true(heard_has(b, "bus cellar: open\\u000a  1 device, 0 silent; 1 reading, "));
	assert_int_equal(commands_run(b, "status cellar"), 2);
	assert_true(heard_has(b, "\\\"cellar\\\" is too much"));
}

static bool m1_is_silent(void *data)
{
	struct commands_bench *b = data;
	return count_of(b->f, "device_silent", "m1") > 0;
}

static void a_silent_device_is_called_so(void **state)
{
	struct commands_bench *b = *state;
	assert_non_null(bus_add_device(b->f->bus, &b->devices[0].settings));
	bus_start(b->f->bus);
	assert_true(bench_wait(&b->f->bench, m1_is_silent, b));
	assert_int_equal(commands_run(b, "status"), 0);
	assert_true(heard_has(b, "\"silent\":[\"m1\"]"));
	assert_int_equal(commands_run(b, "devices"), 0);
	assert_true(heard_has(b, "\"meter\":null,\"last_seen\":null,"
							 "\"link\":{\"quality\":\"silent\",\"silent\":true,"));
	assert_int_equal(commands_run(b, "devices --text"), 0);
	assert_true(heard_has(b, "silent   not seen yet"));
}

static void quality_follows_from_what_was_lost(void **state)
{
	(void)state;
	static const struct {
		uint64_t reads, failures, repeats;
		bool silent;
		const char *text;
	} rows[] = {
		{ 0, 0, 0, false, "unknown" },
		{ 1, 0, 0, false, "good" },
		{ 49, 0, 1, false, "good" },
		{ 48, 0, 1, false, "fair" },
		{ 9, 1, 0, false, "fair" },
		{ 8, 1, 0, false, "poor" },
		{ 100, 0, 0, true, "silent" },
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct bus_device_state device = { .reads = rows[i].reads,
			.failures = rows[i].failures,
			.repeats = rows[i].repeats,
			.silent = rows[i].silent };
		assert_string_equal(command_device_quality(&device), rows[i].text);
	}
}

static void spans_are_told_in_two_parts(void **state)
{
	(void)state;
	static const struct {
		int64_t seconds;
		const char *text;
	} rows[] = {
		{ -5, "0 s" },
		{ 59, "59 s" },
		{ 60, "1 min 0 s" },
		{ 3599, "59 min 59 s" },
		{ 3600, "1 h 0 min" },
		{ 86399, "23 h 59 min" },
		{ 90000, "1 d 1 h" },
	};
	char text[COMMAND_DEVICE_SPAN];
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_string_equal(
				command_device_span(rows[i].seconds * 1000000, text), rows[i].text);
	}
}

static void a_meter_need_not_say_all_of_who_it_is(void **state)
{
	(void)state;
	struct mg_identity identity;
	struct mg_meter meter = {
		.id = "12345678", .manufacturer = "KAM", .version = 3, .medium_code = 4
	};
	assert_false(command_device_meter(&meter, &identity));
	meter.has = MG_METER_ID;
	assert_true(command_device_meter(&meter, &identity));
	assert_int_equal(identity.id, 0x12345678);
	assert_int_equal(identity.manufacturer, 0xFFFF);
	assert_int_equal(identity.version, 0xFF);
	assert_int_equal(identity.medium, 0xFF);
	meter.has |= MG_METER_MANUFACTURER | MG_METER_MEDIUM;
	assert_true(command_device_meter(&meter, &identity));
	assert_int_equal(identity.manufacturer, 0x2C2D);
	assert_int_equal(identity.version, 3);
	assert_int_equal(identity.medium, 4);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		COMMANDS_TEST(what_is_known_is_told_with_its_age),
		COMMANDS_TEST(fresh_asks_the_meter),
		COMMANDS_TEST(a_meter_that_is_not_configured_is_asked),
		COMMANDS_TEST(a_meter_that_says_nothing_is_a_failure),
		COMMANDS_TEST(people_get_a_table),
		COMMANDS_TEST(info_is_about_one_device),
		COMMANDS_TEST(an_inquiry_can_be_cancelled),
		COMMANDS_TEST(devices_lists_what_the_bus_reads),
		COMMANDS_TEST(status_tells_of_each_bus),
		COMMANDS_TEST(a_silent_device_is_called_so),
		cmocka_unit_test(quality_follows_from_what_was_lost),
		cmocka_unit_test(spans_are_told_in_two_parts),
		cmocka_unit_test(a_meter_need_not_say_all_of_who_it_is),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
