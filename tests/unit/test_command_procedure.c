/* SPDX-License-Identifier: MIT */
/* Commands that change a meter: words, dry runs, results and exit codes. */
#include "command_bench.h"

#include <time.h>

#include "gateway/command_procedure.h"

static struct command_procedure_draft draft;

static const struct command_procedure_draft *fresh(void)
{
	memset(&draft, 0, sizeof(draft));
	return &draft;
}

static void assert_bytes(const uint8_t *bytes, size_t size)
{
	assert_int_equal(draft.size, size);
	assert_memory_equal(draft.bytes, bytes, size);
}

static void test_hex_comes_in_pairs_with_or_without_colons(void **state)
{
	(void)state;
	static const uint8_t expected[] = { 0x08, 0x13, 0xAB, 0xcd };
	static const char *const wrong[] = { "8", "081", "0x08", "08:", "08::13", "8:13",
		"volume", "@0" };
	fresh();
	assert_true(command_procedure_hex(&draft, "0813"));
	assert_true(command_procedure_hex(&draft, "ab:CD"));
	assert_bytes(expected, sizeof(expected));
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		fresh();
		assert_false(command_procedure_hex(&draft, wrong[i]));
	}
}

static void test_hex_that_does_not_fit_is_refused(void **state)
{
	(void)state;
	fresh();
	for (size_t i = 0; i < COMMAND_PROCEDURE_BYTES; i++) {
		assert_true(command_procedure_hex(&draft, "55"));
	}
	assert_false(command_procedure_hex(&draft, "55"));
}

static void test_a_name_becomes_the_usual_resolution_of_its_vif(void **state)
{
	(void)state;
	static const struct {
		const char *name;
		uint8_t field, vife;
		uint64_t storage;
		uint8_t bytes[6];
		size_t size;
	} rows[] = {
		{ "volume", 8, 0, 0, { 0x08, 0x17 }, 2 },
		{ "energy", 8, 0, 0, { 0x08, 0x07 }, 2 },
		{ "flow-temperature", 8, 0, 0, { 0x08, 0x5B }, 2 },
		{ "flow_temperature", 8, 0, 0, { 0x08, 0x5B }, 2 },
		{ "datetime", 8, 0, 0, { 0x08, 0x6D }, 2 },
		{ "power", 8, 0, 0, { 0x08, 0x2F }, 2 },
		{ "error-flags", 8, 0, 0, { 0x08, 0xFD, 0x17 }, 3 },
		{ "all", 8, 0, 0, { 0x7F }, 1 },
		{ "energy", 0, 0x0B, 1, { 0x40, 0x87, 0x0B }, 3 },
		{ "volume", 0, 0x0B, 3, { 0xC0, 0x01, 0x97, 0x0B }, 4 },
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		fresh();
		assert_true(command_procedure_record(
				&draft, rows[i].name, rows[i].field, rows[i].storage, rows[i].vife));
		assert_bytes(rows[i].bytes, rows[i].size);
	}
	fresh();
	assert_false(command_procedure_record(&draft, "enrgy", 8, 0, 0));
	assert_false(command_procedure_record(&draft, "all", 0, 1, 0x0B));
}

static void test_a_time_is_read_as_a_clock_shows_it(void **state)
{
	(void)state;
	static const char *const wrong[] = { "2026-02-30T12:00", "2026-11-22", "noon",
		"2026-11-22T25:00", "2026-11-22T12:00:60", "2026-11-22T12:00Z" };
	int64_t time;
	assert_true(command_procedure_time("2026-11-22T12:00:00", &time));
	assert_int_equal(time, 1795348800);
	assert_true(command_procedure_time("2026-11-22 12:01", &time));
	assert_int_equal(time, 1795348860);
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		assert_false(command_procedure_time(wrong[i], &time));
	}
}

static void test_the_zone_is_that_of_the_moment(void **state)
{
	(void)state;
	setenv("TZ", "CET-1CEST,M3.5.0,M10.5.0/3", 1);
	assert_int_equal(command_procedure_zone(1795348800), 3600);
	/* 2026-07-01. */
	assert_int_equal(command_procedure_zone(1782864000), 7200);
	unsetenv("TZ");
}

static void test_a_dry_run_shows_the_bytes_and_sends_none(void **state)
{
	struct commands_bench *b = *state;
	assert_int_equal(commands_run(b, "set-address cellar 5 7 --dry-run"), COMMAND_OK);
	assert_true(heard_has(b, "{\"type\":\"procedure\",\"procedure\":\"set-address\","
							 "\"address\":\"5\",\"worked\":true,"
							 "\"text\":\"dry run: nothing was sent\""));
	assert_true(
			heard_has(b, "{\"purpose\":\"set the address 7\",\"baud\":38400,"
						 "\"request\":\"68060668730551017A074B16\",\"outcome\":\"\"}"));
	assert_int_equal(bus_counters(b->f->bus)->requests, 0);
}

static void test_a_dry_run_reads_well(void **state)
{
	struct commands_bench *b = *state;
	assert_int_equal(
			commands_run(b, "reset cellar 5 --sub-code=10 --dry-run --text"), COMMAND_OK);
	assert_true(heard_has(b, "5: dry run: nothing was sent"));
	assert_true(heard_has(b, "application reset 10  (38400 baud)"));
	assert_true(heard_has(b, "        68 04 04 68 73 05 50 10 D8 16"));
}

static void test_words_become_frames(void **state)
{
	struct commands_bench *b = *state;
	static const struct {
		const char *line, *request;
	} rows[] = {
		{ "send cellar nke 5 --dry-run", "1040054516" },
		{ "send cellar req_ud2 254 --dry-run", "107BFE7916" },
		{ "send cellar ud 5 51 01 7A 07 --dry-run", "68060668730551017A074B16" },
		{ "send cellar 10 40 05 45 16 --dry-run", "1040054516" },
		{ "send cellar 43 FF 5C --frame --dry-run", "6803036843FF5C9E16" },
		{ "send cellar 40 05 --frame --dry-run", "1040054516" },
		{ "set-id cellar 5 12345678 --dry-run", "680909687305510C79785634126216" },
		{ "set-clock cellar 5 --time=2008-05-31T23:50 --dry-run", "680909687305"
																  "51046D32371F15D716" },
		{ "select cellar 5 08 13 08 5A --dry-run", "68070768730551081308"
												   "5A4616" },
		{ "freeze cellar 5 40 DA 0B --dry-run", "6806066873055140DA0BEE16" },
		{ "freeze cellar 5 --broadcast --ci=54 --dry-run", "6803036843FF549616" },
		{ "alarm cellar 5 --dry-run", "107A057F16" },
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_int_equal(commands_run(b, rows[i].line), COMMAND_OK);
		if (!heard_has(b, rows[i].request)) {
			print_message("%s: %s\n", rows[i].line, b->heard.text);
		}
		assert_true(heard_has(b, rows[i].request));
	}
}

static void test_words_that_mean_nothing_are_named(void **state)
{
	struct commands_bench *b = *state;
	static const struct {
		const char *line, *words;
	} rows[] = {
		{ "set-address cellar", "which meter?" },
		{ "set-address", "which bus?" },
		{ "set-address attic 5 7", "there is no bus \\\"attic\\\"" },
		{ "set-address cellar 5", "want one new address" },
		{ "set-address cellar 5 251", "\\\"251\\\" is no address for a meter" },
		{ "set-address cellar 5 7 8", "want one new address" },
		{ "set-id cellar 5 1234", "is no identity" },
		{ "set-baud cellar 5 fast", "is no baud rate of the M-Bus" },
		{ "set-baud cellar 5 2401", "\\\"2401\\\" is no baud rate of the M-Bus" },
		{ "reset cellar 5 --sub-code=1", "want one byte as two hex digits" },
		{ "reset cellar 5 6", "what is \\\"6\\\" for?" },
		{ "set-clock cellar 5 --time=noon", "want now, or a time" },
		{ "set-clock cellar 5 --type=g", "want f, to the minute" },
		{ "select cellar 5", "which records?" },
		{ "select cellar 5 enrgy", "neither bytes of records nor a quantity" },
		{ "freeze cellar 5 energy --broadcast", "frozen in one meter" },
		{ "freeze cellar 5 energy --storage=0", "--storage 0: want 1 to 1000" },
		{ "freeze cellar 5 --ci=5", "want 5C, or 54" },
		{ "send cellar", "what? want a frame in hex" },
		{ "send cellar nke", "want nke ADDRESS" },
		{ "send cellar ud 5", "want ud ADDRESS CI" },
		{ "send cellar ud 5 zz", "is no hex" },
		{ "send cellar pke 5", "is neither hex nor a request" },
		{ "send cellar 40 --frame", "--frame puts start" },
		{ "alarm cellar 5 6", "what is" },
		{ "alarm cellar 5 --force", "takes no --force" },
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_int_equal(commands_run(b, rows[i].line), COMMAND_USAGE);
		if (!heard_has(b, rows[i].words)) {
			print_message("%s: %s\n", rows[i].line, b->heard.text);
		}
		assert_true(heard_has(b, rows[i].words));
	}
}

static void test_what_only_reads_is_refused_to_change(void **state)
{
	struct commands_bench *b = *state;
	b->world.read_only = true;
	assert_int_equal(commands_run(b, "set-address cellar 5 7"), COMMAND_PERMISSION);
	assert_true(heard_has(b, "only reading is allowed here"));
}

static void test_a_meter_that_does_not_follow_fails_in_words(void **state)
{
	struct commands_bench *b = *state;
	commands_meters(b, 1, 1);
	bus_start(b->f->bus);
	assert_int_equal(commands_run(b, "set-address cellar m1 7"), COMMAND_OTHER);
	assert_true(heard_has(b, "\"procedure\":\"set-address\",\"address\":\"m1\","
							 "\"worked\":false"));
	assert_true(
			heard_has(b, "\"error\":\"the new address (01 7A 07) was not acknowledged"));
}

/* The configuration is right as it stands. */
static void test_what_is_so_already_is_no_reason_to_warn(void **state)
{
	struct commands_bench *b = *state;
	commands_meters(b, 1, 1);
	bus_start(b->f->bus);
	assert_int_equal(commands_run(b, "set-address cellar m1 1"), COMMAND_OK);
	assert_true(heard_has(b, "already has the address 1; nothing was changed"));
	assert_false(heard_has(b, "\"warning\""));
}

static void test_a_silent_meter_has_its_own_code(void **state)
{
	struct commands_bench *b = *state;
	bus_start(b->f->bus);
	assert_int_equal(commands_run(b, "set-id cellar 5 12345678"), COMMAND_NO_ANSWER);
	assert_true(heard_has(b, "Nothing was changed"));
}

static void test_an_answer_to_send_is_decoded(void **state)
{
	struct commands_bench *b = *state;
	commands_meters(b, 1, 1);
	bus_start(b->f->bus);
	assert_int_equal(commands_run(b, "send cellar req_ud2 1"), COMMAND_OK);
	assert_true(heard_has(b, "\"quantity\":\"volume\""));
	assert_true(heard_has(b, "\"procedure\":\"send\""));
	assert_int_equal(commands_run(b, "send cellar nke 3"), COMMAND_NO_ANSWER);
}

static void test_a_converter_without_speeds_refuses_to_switch_any(void **state)
{
	struct commands_bench *b = *state;
	bus_start(b->f->bus);
	assert_int_equal(commands_run(b, "set-baud cellar --all 9600"), COMMAND_OTHER);
	assert_true(
			heard_has(b, "{\"warning\":\"m1: this transport cannot change the speed"));
	assert_true(heard_has(b, "{\"warning\":\"far: this transport cannot change"));
	assert_true(heard_has(b, "\"devices\":3,\"failed\":3"));
}

static bool has_sent(void *data)
{
	const struct commands_bench *b = data;
	return bus_counters(b->f->bus)->requests > 0;
}

static void test_a_wrong_checksum_is_refused_unless_forced(void **state)
{
	struct commands_bench *b = *state;
	assert_int_equal(
			commands_run(b, "send cellar 10 40 05 46 16 --dry-run"), COMMAND_USAGE);
	assert_true(
			heard_has(b, "the checksum of these bytes is 46, and would have to be 45"));
	assert_true(heard_has(b, "--force"));
	assert_int_equal(
			commands_run(b, "send cellar 68 03 03 68 43 FF 5C 9F 16"), COMMAND_USAGE);
	assert_true(
			heard_has(b, "the checksum of these bytes is 9F, and would have to be 9E"));
	assert_int_equal(
			commands_run(b, "send cellar 10 5B 01 00 16 FF --dry-run"), COMMAND_USAGE);
	assert_true(
			heard_has(b, "the checksum of these bytes is 00, and would have to be 5C"));
	assert_int_equal(
			commands_run(b, "send cellar 10 40 05 46 16 --force --dry-run"), COMMAND_OK);
	assert_true(heard_has(b, "1040054616"));
	assert_int_equal(bus_counters(b->f->bus)->requests, 0);
}

static void test_a_number_with_wildcards_wants_force(void **state)
{
	struct commands_bench *b = *state;
	static const char *const lines[] = { "set-address cellar 1234FFFF 7",
		"set-id cellar 1234FFFF 12345678", "set-clock cellar 1234FFFF",
		"reset cellar 1234FFFF" };
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		char line[80];
		snprintf(line, sizeof(line), "%s --dry-run", lines[i]);
		assert_int_equal(commands_run(b, line), COMMAND_OTHER);
		assert_true(heard_has(b, "or take the risk with --force"));
		snprintf(line, sizeof(line), "%s --dry-run --force", lines[i]);
		commands_run(b, line);
		assert_true(heard_has(b, "dry run: nothing was sent"));
	}
}

static void test_a_command_can_be_cancelled(void **state)
{
	struct commands_bench *b = *state;
	bus_start(b->f->bus);
	struct command *command = commands_begin(b, "set-address cellar 5 7 --text");
	assert_true(bench_wait(&b->f->bench, has_sent, b));
	command_cancel(command);
	assert_true(bench_wait(&b->f->bench, heard_all, &b->heard));
	assert_int_equal(b->heard.code, COMMAND_INTERRUPTED);
	assert_true(heard_has(b, "stopped before anything was changed"));
	assert_true(heard_has(b, "\"text\":\"5: stopped\\u000a"));
	command_destroy(command);
}

static int take_line(void *self, int fd, const struct mg_line *line)
{
	(void)self;
	(void)fd;
	(void)line;
	return MG_OK;
}

/* In place of the bus that stands at one speed. */
static void make_tunable(struct commands_bench *b)
{
	static struct mg_transport tunable;
	struct fixture *f = b->f;
	const struct bus_owner owner = { .data = f, .publish = on_publish };
	tunable = transport;
	tunable.set_line = take_line;
	bus_destroy(f->bus);
	f->bus = bus_create(
			f->bench.loop, f->opener, f->host, &tunable, &f->line, &defaults, &owner);
	assert_non_null(f->bus);
	b->buses[0].bus = f->bus;
	bus_start(f->bus);
}

static void test_a_broadcast_is_looked_at_where_its_speed_is_heard(void **state)
{
	struct commands_bench *b = *state;
	commands_meters(b, 1, 2);
	b->devices[0].settings.baud = 9600;
	b->devices[1].settings.baud = 9600;
	make_tunable(b);
	assert_int_equal(commands_run(b, "freeze cellar m1 --broadcast"), COMMAND_OTHER);
	assert_true(heard_has(b, "verified at 0 of 2 only: 0 did not answer"));
	b->devices[1].settings.baud = 38400;
	b->devices[0].settings.baud = 0;
	assert_int_equal(commands_run(b, "freeze cellar m1 --broadcast"), COMMAND_OTHER);
	assert_true(heard_has(b, "verified at 0 of 3 only: 1 did not answer"));
}

/* ms, of a question that nobody answers. */
static int64_t silence(struct commands_bench *b)
{
	struct timespec before, after;
	clock_gettime(CLOCK_MONOTONIC, &before);
	assert_int_equal(commands_run(b, "alarm cellar m1"), COMMAND_NO_ANSWER);
	clock_gettime(CLOCK_MONOTONIC, &after);
	return (after.tv_sec - before.tv_sec) * 1000 +
		   (after.tv_nsec - before.tv_nsec) / 1000000;
}

static void test_a_meter_gets_the_time_that_it_is_known_to_need(void **state)
{
	struct commands_bench *b = *state;
	bus_start(b->f->bus);
	b->devices[0].settings.response = 1500;
	/* Two tries. */
	assert_true(silence(b) >= 3000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_hex_comes_in_pairs_with_or_without_colons),
		cmocka_unit_test(test_hex_that_does_not_fit_is_refused),
		cmocka_unit_test(test_a_name_becomes_the_usual_resolution_of_its_vif),
		cmocka_unit_test(test_a_time_is_read_as_a_clock_shows_it),
		cmocka_unit_test(test_the_zone_is_that_of_the_moment),
		COMMANDS_TEST(test_a_dry_run_shows_the_bytes_and_sends_none),
		COMMANDS_TEST(test_a_dry_run_reads_well),
		COMMANDS_TEST(test_words_become_frames),
		COMMANDS_TEST(test_words_that_mean_nothing_are_named),
		COMMANDS_TEST(test_what_only_reads_is_refused_to_change),
		COMMANDS_TEST(test_a_meter_that_does_not_follow_fails_in_words),
		COMMANDS_TEST(test_what_is_so_already_is_no_reason_to_warn),
		COMMANDS_TEST(test_a_silent_meter_has_its_own_code),
		COMMANDS_TEST(test_an_answer_to_send_is_decoded),
		COMMANDS_TEST(test_a_converter_without_speeds_refuses_to_switch_any),
		COMMANDS_TEST(test_a_wrong_checksum_is_refused_unless_forced),
		COMMANDS_TEST(test_a_number_with_wildcards_wants_force),
		COMMANDS_TEST(test_a_broadcast_is_looked_at_where_its_speed_is_heard),
		COMMANDS_TEST(test_a_meter_gets_the_time_that_it_is_known_to_need),
		COMMANDS_TEST(test_a_command_can_be_cancelled),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
