/* SPDX-License-Identifier: MIT */
/* The inventory on disk: what is kept, moved, put aside, and never lost. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "gateway/inventory.h"

#define NOW 1795327200 /* 2026-11-22T06:00:00Z */

struct place {
	char folder[64];
	char path[96], aside[96];
	char why[INVENTORY_WHY_SIZE];
};

static int set_up(void **state)
{
	struct place *p = calloc(1, sizeof(*p));
	strcpy(p->folder, "/tmp/metergate-inventory-XXXXXX");
	assert_non_null(mkdtemp(p->folder));
	snprintf(p->path, sizeof(p->path), "%s/%s", p->folder, INVENTORY_FILE);
	snprintf(p->aside, sizeof(p->aside), "%s/%s", p->folder, INVENTORY_ASIDE);
	*state = p;
	return 0;
}

static int tear_down(void **state)
{
	struct place *p = *state;
	unlink(p->path);
	unlink(p->aside);
	rmdir(p->folder);
	free(p);
	return 0;
}

static void put(const char *path, const char *text)
{
	FILE *file = fopen(path, "w");
	assert_non_null(file);
	fputs(text, file);
	fclose(file);
}

static void get(const char *path, char *text, size_t size)
{
	FILE *file = fopen(path, "r");
	assert_non_null(file);
	text[fread(text, 1, size - 1, file)] = '\0';
	fclose(file);
}

static struct scan_found at(int address, uint32_t id)
{
	return (struct scan_found){
		.state = SCAN_CONFIRMED,
		.address = address,
		.has_identity = id != 0,
		.identity = { id, 0x2C2D, 0x10, 0x04 },
		.header = MG_HEADER_LONG,
		.baud = 2400,
	};
}

/* Loads, enters what was found at `now`, saves. */
static void scan(
		struct place *p, const struct scan_found *found, size_t count, int64_t now)
{
	struct inventory inventory;
	assert_int_equal(inventory_load(&inventory, p->folder, p->why), 0);
	assert_int_equal(inventory_note(&inventory, "cellar", found, count, now), 0);
	assert_int_equal(inventory_save(&inventory, p->why), 0);
	inventory_finish(&inventory);
}

static void what_was_found_is_there_again(void **state)
{
	struct place *p = *state;
	const struct scan_found found[] = { at(5, 0x12345678), at(6, 0x87654321), at(7, 0) };
	struct inventory inventory;
	struct mg_identity known[2];
	struct stat status;
	char text[1024];
	scan(p, found, 3, NOW);
	get(p->path, text, sizeof(text));
	assert_string_equal(text, "{\"bus\":\"cellar\",\"secondary\":\"12345678.KAM.10.04\","
							  "\"medium\":\"heat\","
							  "\"address\":5,\"baud\":2400,\"how\":\"primary\","
							  "\"first_seen\":\"2026-11-22T06:00:00Z\","
							  "\"last_seen\":\"2026-11-22T06:00:00Z\"}\n"
							  "{\"bus\":\"cellar\",\"secondary\":\"87654321.KAM.10.04\","
							  "\"medium\":\"heat\","
							  "\"address\":6,\"baud\":2400,\"how\":\"primary\","
							  "\"first_seen\":\"2026-11-22T06:00:00Z\","
							  "\"last_seen\":\"2026-11-22T06:00:00Z\"}\n");
	assert_int_equal(stat(p->path, &status), 0);
	assert_int_equal(status.st_mode & 07777, 0640);
	assert_int_equal(inventory_load(&inventory, p->folder, p->why), 0);
	assert_int_equal(inventory_known(&inventory, "cellar", known, 2), 2);
	assert_int_equal(known[1].id, 0x87654321);
	assert_int_equal(inventory_known(&inventory, "roof", known, 2), 0);
	inventory_finish(&inventory);
}

static void a_meter_keeps_when_it_was_seen_first(void **state)
{
	struct place *p = *state;
	struct scan_found found = at(5, 0x12345678);
	struct inventory inventory;
	scan(p, &found, 1, NOW);
	found.baud = 9600;
	found.secondary = true;
	scan(p, &found, 1, NOW + 86400);
	assert_int_equal(inventory_load(&inventory, p->folder, p->why), 0);
	assert_int_equal(inventory.count, 1);
	assert_string_equal(inventory.meters[0].first_seen, "2026-11-22T06:00:00Z");
	assert_string_equal(inventory.meters[0].last_seen, "2026-11-23T06:00:00Z");
	assert_int_equal(inventory.meters[0].baud, 9600);
	assert_true(inventory.meters[0].secondary);
	inventory_finish(&inventory);
}

static void a_meter_that_moved_is_the_same_and_twins_are_two(void **state)
{
	struct place *p = *state;
	const struct scan_found before[] = { at(0, 0x11111111), at(7, 0x22222222) };
	const struct scan_found after[] = { at(3, 0x11111111), at(8, 0x22222222),
		at(7, 0x22222222) };
	struct inventory inventory;
	scan(p, before, 2, NOW);
	scan(p, after, 3, NOW + 1);
	assert_int_equal(inventory_load(&inventory, p->folder, p->why), 0);
	assert_int_equal(inventory.count, 3);
	assert_int_equal(inventory.meters[0].address, 3);
	assert_int_equal(inventory.meters[1].address, 7);
	assert_int_equal(inventory.meters[2].address, 8);
	inventory_finish(&inventory);
}

static void addresses_alone_tell_who_answered(void **state)
{
	struct place *p = *state;
	const struct scan_found before[] = { at(5, 0x11111111), at(6, 0x22222222) };
	const struct scan_found bare = at(6, 0);
	struct inventory inventory;
	scan(p, before, 2, NOW);
	assert_int_equal(inventory_load(&inventory, p->folder, p->why), 0);
	assert_int_equal(inventory_note(&inventory, "cellar", &bare, 1, NOW + 1), 0);
	assert_int_equal(inventory.count, 2);
	assert_false(inventory.meters[0].answered);
	assert_true(inventory.meters[1].answered);
	inventory_finish(&inventory);
}

static void who_shares_an_address_may_have_answered(void **state)
{
	struct place *p = *state;
	const struct scan_found known[] = { at(3, 0x00000001), at(3, 0x00000002),
		at(4, 0x00000003) };
	const struct scan_found found = at(3, 0);
	struct inventory inventory;
	scan(p, known, 3, NOW);
	assert_int_equal(inventory_load(&inventory, p->folder, p->why), 0);
	assert_int_equal(inventory_note(&inventory, "cellar", &found, 1, NOW + 60), 0);
	assert_int_equal(inventory.count, 3);
	assert_true(inventory.meters[0].answered);
	assert_true(inventory.meters[1].answered);
	assert_false(inventory.meters[2].answered);
	inventory_finish(&inventory);
}

static void damaged_lines_are_put_aside_and_said(void **state)
{
	struct place *p = *state;
	const struct scan_found found = at(5, 0x12345678);
	struct inventory inventory;
	char text[1024], expected[256];
	scan(p, &found, 1, NOW);
	get(p->path, text, sizeof(text));
	strcat(text, "{\"bus\":\"cellar\",\"secon\nnonsense\n");
	put(p->path, text);
	assert_int_equal(inventory_load(&inventory, p->folder, p->why), 0);
	assert_int_equal(inventory.count, 1);
	assert_int_equal(inventory.damaged_count, 2);
	snprintf(expected, sizeof(expected),
			"%s:2: secondary is not as this program writes it; the line is kept in "
			"inventory.jsonl.damaged",
			p->path);
	assert_string_equal(inventory.warning, expected);
	assert_int_equal(inventory_save(&inventory, p->why), 0);
	inventory_finish(&inventory);
	get(p->aside, text, sizeof(text));
	assert_string_equal(text, "{\"bus\":\"cellar\",\"secon\nnonsense\n");
	assert_int_equal(inventory_load(&inventory, p->folder, p->why), 0);
	assert_string_equal(inventory.warning, "");
	assert_int_equal(inventory.count, 1);
	inventory_finish(&inventory);
}

static void what_cannot_be_read_is_not_replaced(void **state)
{
	struct place *p = *state;
	struct inventory inventory;
	char expected[256];
	assert_int_equal(mkdir(p->path, 0700), 0);
	assert_true(inventory_load(&inventory, p->folder, p->why) < 0);
	snprintf(expected, sizeof(expected),
			"%s: the inventory cannot be read: Is a directory; move that away, or set "
			"another `state_dir` in [gateway]",
			p->path);
	assert_string_equal(p->why, expected);
	inventory_finish(&inventory);
	rmdir(p->path);
}

static void a_missing_folder_is_said_when_it_is_needed(void **state)
{
	struct place *p = *state;
	struct inventory inventory;
	const struct scan_found found = at(5, 0x12345678);
	assert_int_equal(inventory_load(&inventory, "/nonexistent/state", p->why), 0);
	assert_int_equal(inventory.count, 0);
	assert_int_equal(inventory_note(&inventory, "cellar", &found, 1, NOW), 0);
	assert_true(inventory_save(&inventory, p->why) < 0);
	assert_string_equal(p->why,
			"/nonexistent/state: the inventory cannot be written: No such file or "
			"directory; create the folder, or set another `state_dir` in [gateway]");
	inventory_finish(&inventory);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(what_was_found_is_there_again),
		TEST(a_meter_keeps_when_it_was_seen_first),
		TEST(a_meter_that_moved_is_the_same_and_twins_are_two),
		TEST(addresses_alone_tell_who_answered),
		TEST(who_shares_an_address_may_have_answered),
		TEST(damaged_lines_are_put_aside_and_said),
		TEST(what_cannot_be_read_is_not_replaced),
		TEST(a_missing_folder_is_said_when_it_is_needed),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
