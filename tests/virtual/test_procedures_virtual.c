/* SPDX-License-Identifier: MIT */
/*
 * Every procedure against every quirk of a meter and every way to it, on a clock that is
 * computed: what is said of a change is true. A table says what comes of each.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "procedure/procedure.h"
#include "virtual.h"

#define SECOND ((int64_t)1000000)
#define NOON ((int64_t)1795348800)
#define LIMIT (3 * 3600 * SECOND)
#define BAUD 2400
#define BIT INT64_C(416667) /* ns */
#define TRIES 3
#define ADDRESS 5
#define NEW_ADDRESS 77
#define NUMBER 0x11223344
#define NEW_NUMBER 0x12345678
#define NEW_BAUD 9600
#define BEHIND 7200
#define SEEDS 20
#define QUIRKS 17
#define ANY_APPLICATION 0x10 /* sub-code of a reset that leaves all records */

enum {
	KIND_HEAT = 0,
	KIND_ELECTRICITY = 2,
};

/* A procedure, and how it is seen in the meter itself that it was followed. */
struct deed {
	const char *name;
	struct procedure_order order;
	unsigned kind;
	size_t telegrams;
	bool selected; /* the meter is called by its secondary address */
	const char *data;
	size_t size;
	bool (*done)(const struct meter *meter);
};

/* What is wrong with the meter, or with the way to it. */
struct trouble {
	const char *name;
	const char *ends; /* what comes of each deed, see verdict(); NULL: that is chance */
	unsigned quirks;
	int64_t delay; /* bits beyond the least */
	int64_t fixed; /* µs more */
	struct virtual_settings settings;
	int64_t jitter; /* and up to so many µs more, drawn for each answer */
	bool any_address;
	int64_t response; /* µs */
	bool init;        /* the device has the sequence below */
};

static const struct bus_init application_reset = { .count = 1,
	.steps = { { .ci = 0x50 } } };

static bool is_at_new_address(const struct meter *meter)
{
	return meter->address == NEW_ADDRESS;
}

static bool has_new_number(const struct meter *meter)
{
	return meter->identity.id == NEW_NUMBER;
}

static bool has_new_baud(const struct meter *meter)
{
	return meter->baud == NEW_BAUD;
}

static bool was_reset(const struct meter *meter)
{
	return meter->application != ANY_APPLICATION;
}

static bool is_right(const struct meter *meter)
{
	return meter->clock_offset >= -60 && meter->clock_offset <= 60;
}

static bool sends_selection(const struct meter *meter)
{
	return meter->readout_size > 0;
}

static bool has_frozen(const struct meter *meter)
{
	return meter->frozen_vif != 0;
}

static const struct deed deeds[] = {
	{ .name = "set-address",
			.order = { .kind = PROCEDURE_SET_ADDRESS, .new_address = NEW_ADDRESS },
			.done = is_at_new_address },
	{ .name = "set-address selected",
			.order = { .kind = PROCEDURE_SET_ADDRESS, .new_address = NEW_ADDRESS },
			.selected = true,
			.done = is_at_new_address },
	{ .name = "set-id",
			.order = { .kind = PROCEDURE_SET_IDENTITY,
					.new_identity = { .id = NEW_NUMBER } },
			.done = has_new_number },
	{ .name = "set-id selected",
			.order = { .kind = PROCEDURE_SET_IDENTITY,
					.new_identity = { .id = NEW_NUMBER } },
			.selected = true,
			.done = has_new_number },
	{ .name = "set-baud",
			.order = { .kind = PROCEDURE_SET_BAUD, .new_baud = NEW_BAUD },
			.done = has_new_baud },
	{ .name = "reset",
			.order = { .kind = PROCEDURE_RESET, .sub_code = -1 },
			.done = was_reset },
	{ .name = "reset of 3",
			.order = { .kind = PROCEDURE_RESET, .sub_code = -1 },
			.telegrams = 3,
			.done = was_reset },
	{ .name = "set-clock",
			.order = { .kind = PROCEDURE_SET_CLOCK, .clock_now = true },
			.done = is_right },
	{ .name = "set-clock i",
			.order = { .kind = PROCEDURE_SET_CLOCK, .clock_now = true, .type_i = true },
			.kind = KIND_ELECTRICITY,
			.done = is_right },
	{ .name = "select",
			.order = { .kind = PROCEDURE_SELECT, .by_name = true },
			.data = "\x08\x03",
			.size = 2,
			.done = sends_selection },
	{ .name = "freeze",
			.order = { .kind = PROCEDURE_FREEZE, .freeze_ci = 0x5C },
			.done = has_frozen },
	{ .name = "freeze selected",
			.order = { .kind = PROCEDURE_FREEZE },
			.selected = true,
			.data = "\x40\x83\x0B",
			.size = 3,
			.done = has_frozen },
	{ .name = "freeze all",
			.order = { .kind = PROCEDURE_FREEZE, .freeze_ci = 0x5C, .broadcast = true },
			.done = has_frozen },
	{ .name = "alarm", .order = { .kind = PROCEDURE_ALARM } },
	{ .name = "send",
			.order = { .kind = PROCEDURE_SEND },
			.data = "\x10\x7B\x05\x80\x16",
			.size = 5 },
};
#define DEEDS (sizeof(deeds) / sizeof(deeds[0]))

static const struct trouble troubles[] = {
	{ .name = "none", .ends = "SSSSSSSSSSSSSSS" },
	{ .name = "stubborn", .ends = "nnnnnnnnnnnnnSS", .quirks = METER_STUBBORN },
	{ .name = "dead", .ends = "nnnnnnnnnnnnnnn", .quirks = METER_DEAD },
	{ .name = "late ack", .ends = "SSSSSSSSSSSSSSS", .quirks = METER_LATE_ACK },
	{ .name = "late", .ends = "SSSSSSSSSSSSSSS", .quirks = METER_LATE },
	{ .name = "late, stubborn",
			.ends = "nnnnnnnnnnnnnSS",
			.quirks = METER_LATE | METER_STUBBORN },
	{ .name = "wrong address", .ends = "nSnSnnnnnnnSnnn", .quirks = METER_WRONG_ADDRESS },
	{ .name = "any address",
			.ends = "SSSSSSSSSSSSSSS",
			.quirks = METER_WRONG_ADDRESS,
			.any_address = true },
	{ .name = "any, late",
			.ends = "SSSSSSSSSSSSSSS",
			.quirks = METER_WRONG_ADDRESS | METER_LATE,
			.any_address = true },
	{ .name = "any, 500 ms",
			.ends = "SSSSSSSSSSSSSSn",
			.quirks = METER_WRONG_ADDRESS,
			.any_address = true,
			.settings = { .way = 500000 } },
	{ .name = "ignores fcb", .ends = "SSSSSSSSSSSSSSS", .quirks = METER_IGNORES_FCB },
	{ .name = "stuck fcb", .ends = "SSSSSSSSSSSSSSS", .quirks = METER_STUCK_FCB },
	{ .name = "needs reset", .ends = "SSSSSSvSSSSSSSn", .quirks = METER_NEEDS_RESET },
	{ .name = "mute reset", .ends = "SSSSSSSSSSSSSSS", .quirks = METER_MUTE_RESET },
	{ .name = "mute data", .ends = "nnnnnnnnnnnnnSn", .quirks = METER_MUTE_DATA },
	{ .name = "busy", .ends = "nnnnnnnnnnnnnSS", .quirks = METER_BUSY },
	{ .name = "dfc more", .ends = "SSSSSSSSSSSSSSS", .quirks = METER_DFC_MORE },
	{ .name = "no select", .ends = "SnSnSSSSSSSnSSS", .quirks = METER_NO_SELECT },
	{ .name = "keeps selected",
			.ends = "SSSSSSSSSSSSSSS",
			.quirks = METER_KEEPS_SELECTED },
	{ .name = "drops selected",
			.ends = "SSSSSSSSSSSSSSS",
			.quirks = METER_DROPS_SELECTED },
	{ .name = "needs init", .ends = "nnnnnnnnnnnnnnn", .quirks = METER_NEEDS_INIT },
	{ .name = "init",
			.ends = "SSSSSvSSSrSSSSn",
			.quirks = METER_NEEDS_INIT,
			.init = true },
	{ .name = "init for nothing", .ends = "SSSSSSSSSSSSSSS", .init = true },
	{ .name = "330 bits",
			.ends = "SSSSSSSSSSSSSSS",
			.delay = 330 - METER_BITS_LEAST,
			.fixed = 50000 },
	{ .name = "1 s", .ends = "SSSSSSSSSSSSSSS", .fixed = 1000000 },
	{ .name = "1 s, response",
			.ends = "SSSSSSSSSSSSSSS",
			.fixed = 1000000,
			.response = 1100000 },
	{ .name = "5 ms", .ends = "SSSSSSSSSSSSSSS", .settings = { .way = 5000 } },
	{ .name = "500 ms", .ends = "SSSSSSSSSSSSSSn", .settings = { .way = 500000 } },
	{ .name = "500 ms, late",
			.ends = "SSSSSSSSSSSSSSn",
			.quirks = METER_LATE,
			.settings = { .way = 500000 } },
	{ .name = "block",
			.ends = "SSSSSSSSSSSSSSS",
			.settings = { .way = 5000, .block = 16000 } },
	{ .name = "echo",
			.ends = "SSSSSSSSSSSSSSS",
			.settings = { .segment = { .echo = true } } },
	{ .name = "disturbed",
			.settings = { .way = 5000, .segment = { .disturbed = 10000 } } },
	{ .name = "blind",
			.settings = { .way = 5000,
					.blind = true,
					.segment = { .disturbed = 10000 } } },
	{ .name = "disturbed, 500 ms",
			.settings = { .way = 500000, .segment = { .disturbed = 10000 } } },
	{ .name = "disturbed, block",
			.settings = { .way = 5000,
					.block = 16000,
					.segment = { .disturbed = 10000 } } },
	{ .name = "lost", .settings = { .way = 5000, .segment = { .lost = 5000 } } },
	{ .name = "disturbed, stubborn",
			.quirks = METER_STUBBORN,
			.settings = { .way = 5000, .segment = { .disturbed = 10000 } } },
};
#define TROUBLES (sizeof(troubles) / sizeof(troubles[0]))

struct trial {
	const struct deed *deed;
	const struct trouble *trouble;
	struct virtual_bus bus;
	struct procedure_order order;
	struct meter before;
	struct procedure *procedure;
};

static struct meter *meter_of(struct trial *trial)
{
	return &trial->bus.slaves.meters[0];
}

/* The meter, and two others that are not concerned. */
static void place(struct trial *trial, uint64_t seed)
{
	const struct deed *deed = trial->deed;
	const struct trouble *trouble = trial->trouble;
	struct virtual_settings settings = trouble->settings;
	struct slaves *slaves = &trial->bus.slaves;
	slaves->meters = calloc(3, sizeof(*slaves->meters));
	assert_non_null(slaves->meters);
	slaves->count = 3;
	for (uint32_t i = 0; i < 3; i++) {
		struct meter *meter = &slaves->meters[i];
		unsigned kind = i == 0 ? deed->kind : i;
		meter_init(meter, kind, (int)(ADDRESS + i), NUMBER + i, 7 + i,
				i == 0 && deed->telegrams > 0 ? deed->telegrams : 1);
		meter->baud = BAUD;
		meter->bauds = 0xFF;
		meter->clock_offset = -BEHIND;
		meter->application = ANY_APPLICATION;
	}
	struct meter *meter = meter_of(trial);
	meter->quirks = trouble->quirks;
	meter->delay = trouble->delay * BIT + trouble->fixed * 1000;
	meter->jitter = trouble->jitter * 1000;
	meter->random += seed;
	settings.latency = BUS_LATENCY_AUTO;
	settings.baud = BAUD;
	settings.segment.seed = seed;
	assert_true(virtual_init(&trial->bus, &settings));
	segment_set_epoch(trial->bus.segment, NOON);
	meter->alarm = deed->order.kind == PROCEDURE_ALARM ? 4 : 0;
	trial->before = *meter;
}

static void run(struct trial *trial)
{
	const struct deed *deed = trial->deed;
	struct procedure_order *order = &trial->order;
	*order = deed->order;
	order->address.secondary = deed->selected;
	order->address.primary = ADDRESS;
	order->address.identity = meter_of(trial)->identity;
	order->any_address = trial->trouble->any_address;
	order->window = trial->trouble->response;
	order->init = trial->trouble->init ? &application_reset : NULL;
	order->data = (struct mg_bytes){ (const uint8_t *)deed->data, deed->size };
	trial->procedure = procedure_create(
			&trial->bus.exchange, order, TRIES, NOON * SECOND, trial->bus.now);
	assert_non_null(trial->procedure);
	if (!virtual_run(&trial->bus, procedure_task(trial->procedure), LIMIT)) {
		fail_msg("%s, %s: not over", deed->name, trial->trouble->name);
	}
}

static bool is_untouched(struct trial *trial)
{
	const struct meter *before = &trial->before, *meter = meter_of(trial);
	return before->address == meter->address && before->baud == meter->baud &&
		   before->identity.id == meter->identity.id &&
		   before->clock_offset == meter->clock_offset &&
		   before->application == meter->application &&
		   before->readout_size == meter->readout_size &&
		   before->frozen_vif == meter->frozen_vif;
}

/* As a device whose section says how it is called now, and what is known of it. */
static bool is_readable(struct trial *trial)
{
	const struct meter *meter = meter_of(trial);
	const struct bus_address address = { .secondary = trial->deed->selected,
		.primary = (uint8_t)meter->address,
		.identity = meter->identity };
	struct readout readout;
	struct readout_memory memory = { .count = 0 };
	readout_init(&readout, &trial->bus.exchange, TRIES, 16);
	readout.manner.baud = meter->baud;
	readout.manner.any_address = trial->trouble->any_address;
	readout.manner.window = trial->trouble->response;
	readout.manner.init = trial->trouble->init ? &application_reset : NULL;
	readout_begin(&readout, READOUT_READ, &address, &memory, trial->bus.now);
	do {
		while (exchange_busy(&trial->bus.exchange)) {
			assert_true(virtual_turn(&trial->bus, INT64_MAX));
		}
	} while (readout_step(&readout, trial->bus.now));
	bool good = readout.outcome == BUS_OK;
	readout_finish(&readout);
	return good;
}

static bool says(const struct trial *trial, const char *words)
{
	return strstr(procedure_text(trial->procedure), words) != NULL;
}

/*
 * What came of it:
 *   S it was followed, and this is said
 *   n it was not followed, and the meter is as it was
 *   r the same, but for records that a reset had selected
 *   v it was followed, but the meter shows nothing by which that could be said
 *   u it was followed, but the meter cannot be read
 *   U the same, but it can be read by now
 *   ! what is said is not true: it worked, or nothing was changed
 *   ? nor that it was not followed
 */
static char verdict(struct trial *trial)
{
	bool worked = procedure_worked(trial->procedure);
	bool untouched = is_untouched(trial);
	if (trial->deed->done == NULL) {
		return worked ? 'S' : 'n';
	}
	bool done = trial->deed->done(meter_of(trial));
	if (worked || (says(trial, "othing was changed") && !untouched)) {
		return worked && done ? 'S' : '!';
	}
	if (!done) {
		return untouched ? 'n' : 'r';
	}
	if (says(trial, "nothing shows") || says(trial, "nothing to reset")) {
		return 'v';
	}
	if (procedure_verdict(trial->procedure) == PROCEDURE_NOT_FOLLOWED) {
		return '?';
	}
	return is_readable(trial) ? 'U' : 'u';
}

static char try(const struct deed *deed, const struct trouble *trouble, uint64_t seed)
{
	struct trial trial = { .deed = deed, .trouble = trouble };
	place(&trial, seed);
	run(&trial);
	char letter = verdict(&trial);
	if (letter == '!' || letter == '?') {
		print_message("%s, %s, seed %d: %s\n", deed->name, trouble->name, (int)seed,
				procedure_text(trial.procedure));
	}
	procedure_destroy(trial.procedure);
	virtual_finish(&trial.bus);
	return letter;
}

static void what_is_said_of_each_trouble(void **state)
{
	(void)state;
	for (size_t i = 0; i < TROUBLES && troubles[i].ends != NULL; i++) {
		char ends[DEEDS + 1] = "";
		for (size_t j = 0; j < DEEDS; j++) {
			ends[j] = try(&deeds[j], &troubles[i], 0);
		}
		if (strcmp(ends, troubles[i].ends) != 0) {
			print_message("%s: %s\n", troubles[i].name, ends);
		}
		assert_string_equal(ends, troubles[i].ends);
	}
}

/* True of whatever chance brings; and that some work. */
static void no_lies_on_a_disturbed_line(void **state)
{
	(void)state;
	for (size_t i = 0; i < TROUBLES; i++) {
		unsigned worked = 0;
		for (size_t j = 0; troubles[i].ends == NULL && j < DEEDS; j++) {
			for (uint64_t seed = 0; seed < SEEDS; seed++) {
				char letter = try(&deeds[j], &troubles[i], seed);
				assert_non_null(strchr("SnrvuU", letter));
				worked += letter == 'S' && deeds[j].done != NULL;
			}
		}
		bool may_work = troubles[i].ends == NULL && troubles[i].quirks == 0;
		assert_true(worked >= (may_work ? DEEDS * SEEDS / 4 : 0));
	}
}

static void no_lies_whatever_comes_together(void **state)
{
	(void)state;
	static const struct trouble ways[] = {
		{ .settings = { .way = 5000, .segment = { .disturbed = 5000 } } },
		{ .settings = { .way = 500000, .segment = { .disturbed = 2000 } } },
		{ .settings = { .way = 5000, .block = 16000 }, .fixed = 1000000 },
		{ .settings = { .way = 20000 }, .fixed = 500000, .jitter = 1000000 },
	};
	for (unsigned pair = 0; pair < QUIRKS * QUIRKS; pair++) {
		for (size_t i = 0; i < 2 * sizeof(ways) / sizeof(ways[0]); i++) {
			struct trouble trouble = ways[i / 2];
			trouble.name = "together";
			trouble.quirks = 1u << pair / QUIRKS | 1u << pair % QUIRKS;
			trouble.any_address = i % 2 != 0;
			for (size_t j = 0; pair / QUIRKS <= pair % QUIRKS && j < DEEDS; j++) {
				assert_non_null(strchr("SnrvuU", try(&deeds[j], &trouble, pair)));
			}
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_said_of_each_trouble),
		cmocka_unit_test(no_lies_on_a_disturbed_line),
		cmocka_unit_test(no_lies_whatever_comes_together),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
