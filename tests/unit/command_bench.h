/* SPDX-License-Identifier: MIT */
/* Commands on a bus of fake meters, and what they answered. */
#ifndef TESTS_COMMAND_BENCH_H
#define TESTS_COMMAND_BENCH_H

#include <stdlib.h>

#include "bus_fixture.h"
#include "gateway/command.h"
#include "gateway/tap.h"

#define HEARD_SIZE 65536

/* What came of a command. */
struct heard {
	char text[HEARD_SIZE]; /* lines with their ends */
	size_t size;
	bool congested; /* what the user says when it is asked */
	int overs, code;
	struct command *command;
};

static inline void heard_line(void *data, const char *line, size_t size)
{
	struct heard *heard = data;
	assert_int_equal(heard->overs, 0);
	assert_int_equal(strlen(line), size);
	assert_null(strchr(line, '\n'));
	assert_true(heard->size + size + 2 < HEARD_SIZE);
	memcpy(heard->text + heard->size, line, size);
	heard->size += size;
	heard->text[heard->size++] = '\n';
	heard->text[heard->size] = '\0';
}

static inline void heard_over(void *data, int code)
{
	struct heard *heard = data;
	heard->overs++;
	heard->code = code;
}

static inline bool heard_congested(void *data)
{
	return ((struct heard *)data)->congested;
}

static inline bool heard_all(void *data)
{
	return ((struct heard *)data)->overs > 0;
}

/* A bus "cellar" with the devices m1, m2 (addresses 1 and 2) and far (12345673, a
   secondary address), and a world around it. */
struct commands_bench {
	struct fixture *f;
	struct setup_bus setup;
	struct setup_device devices[3];
	struct command_bus buses[1];
	struct tap tap;
	size_t running;
	struct command_world world;
	struct heard heard;
};

static inline void commands_bench_devices(struct commands_bench *b)
{
	static const struct {
		const char *name, *label;
		struct bus_address address;
	} rows[] = {
		{ "m1", "Flat 1", { .primary = 1 } },
		{ "m2", "", { .primary = 2 } },
		{ "far", "",
				{ .secondary = true,
						.primary = 253,
						.identity = { 0x12345673, 0xFFFF, 0xFF, 0xFF } } },
	};
	for (size_t i = 0; i < 3; i++) {
		b->devices[i].settings = (struct bus_device_settings){
			.name = rows[i].name,
			.label = rows[i].label,
			.address = rows[i].address,
			.interval = 3600000,
		};
	}
}

static inline int commands_set_up(void **state)
{
	static struct commands_bench bench;
	struct commands_bench *b = &bench;
	void *inner;
	memset(b, 0, sizeof(*b));
	set_up(&inner);
	b->f = inner;
	commands_bench_devices(b);
	b->setup.settings = defaults;
	b->setup.devices = b->devices;
	b->setup.device_count = 3;
	b->setup.port = "/dev/ttyUSB0";
	b->buses[0] = (struct command_bus){ .bus = b->f->bus, .setup = &b->setup };
	b->world = (struct command_world){
		.gateway = "cellar-pi",
		.state_dir = "",
		.loop = b->f->bench.loop,
		.buses = b->buses,
		.bus_count = 1,
		.running = &b->running,
		.tap = &b->tap,
	};
	*state = b;
	return 0;
}

static inline int commands_tear_down(void **state)
{
	struct commands_bench *b = *state;
	void *inner = b->f;
	return tear_down(&inner);
}

/* Begins one; *heard starts anew. */
static inline struct command *commands_begin(struct commands_bench *b, const char *line)
{
	const struct command_user user = {
		.data = &b->heard,
		.line = heard_line,
		.over = heard_over,
		.congested = heard_congested,
	};
	b->heard = (struct heard){ .size = 0 };
	struct command *command = command_create(&b->world, line, &user);
	assert_non_null(command);
	assert_int_equal(b->heard.size, 0);
	assert_int_equal(b->heard.overs, 0);
	return command;
}

/* One to its end: its code, and its lines in b->heard.text. */
static inline int commands_run(struct commands_bench *b, const char *line)
{
	struct command *command = commands_begin(b, line);
	assert_true(bench_wait(&b->f->bench, heard_all, &b->heard));
	assert_int_equal(b->heard.overs, 1);
	command_destroy(command);
	assert_int_equal(b->running, 0);
	return b->heard.code;
}

/* Meters at these primary addresses, with the ids 12345670 + address. */
static inline void commands_meters(struct commands_bench *b, int first, int last)
{
	for (int i = first; i <= last; i++) {
		struct fake_meter *meter = &b->f->line.meters[i];
		atomic_store(&meter->present, true);
		atomic_store(&meter->id, 0x12345670u + (unsigned)i);
		atomic_store(&meter->telegrams, 1);
		atomic_store(&meter->volume, 100 * i);
		meter->fcb = -1;
	}
}

static inline bool heard_has(const struct commands_bench *b, const char *text)
{
	return strstr(b->heard.text, text) != NULL;
}

#define COMMANDS_TEST(name)                                                              \
	cmocka_unit_test_setup_teardown(name, commands_set_up, commands_tear_down)

#endif
