/* SPDX-License-Identifier: MIT */
/* Checks that a bus is recorded by the capture's own thread, with losses and rotation. */
#include "capture_bench.h"

#include <errno.h>
#include <unistd.h>

#include "base/loop.h"
#include "capture/capture.h"
#include "capture/capture_read.h"

#define SEEN_MAX 128
#define READ_SIZE 65536

static const struct mg_line line = {
	.size = sizeof(line), .baud = 2400, .data_bits = 8, .parity = 'E', .stop_bits = 1
};
static const uint8_t request[] = { 0x10, 0x5B, 0x01, 0x5C, 0x16 };
static const uint8_t ack[] = { 0xE5 };

static char folder[64], path[96], other[96];
static int64_t now;
static struct {
	struct capture_read_event events[SEEN_MAX];
	size_t count;
	uint64_t received, lost;
	bool orderly; /* each byte is one more than the one before, but where some are lost */
	uint8_t next;
} seen;

static int fresh(void **state)
{
	(void)state;
	snprintf(folder, sizeof(folder), "/tmp/test_capture.XXXXXX");
	assert_non_null(mkdtemp(folder));
	snprintf(path, sizeof(path), "%s/bus.mgc", folder);
	snprintf(other, sizeof(other), "%s/bus.mgc.1", folder);
	now = loop_clock();
	return 0;
}

static int done(void **state)
{
	(void)state;
	unlink(path);
	unlink(other);
	return rmdir(folder);
}

static void take(void *data, const struct capture_read_event *event)
{
	(void)data;
	if (seen.count < SEEN_MAX) {
		seen.events[seen.count++] = *event;
	}
	for (size_t i = 0; event->kind == CAPTURE_READ_RECEIVED && i < event->size; i++) {
		seen.orderly = seen.orderly && event->bytes[i] == seen.next;
		seen.next = (uint8_t)(event->bytes[i] + 1);
		seen.received++;
	}
	if (event->kind == CAPTURE_READ_LOST) {
		seen.lost += event->count;
		seen.next = (uint8_t)(seen.next + event->count);
	}
}

static void read_back(const char *name)
{
	static struct capture_read reader;
	static uint8_t bytes[READ_SIZE];
	size_t count;
	FILE *in = fopen(name, "r");
	assert_non_null(in);
	memset(&seen, 0, sizeof(seen));
	seen.orderly = true;
	capture_read_init(&reader, take, NULL);
	while ((count = fread(bytes, 1, sizeof(bytes), in)) > 0) {
		capture_read_feed(&reader, bytes, count);
	}
	capture_read_end(&reader);
	fclose(in);
}

static struct capture *begin(void)
{
	int error = 1;
	struct capture *capture = capture_create(path, "cellar", &line, &error);
	assert_non_null(capture);
	assert_int_equal(error, 0);
	return capture;
}

static void what_passes_is_in_the_file_in_its_order(void **state)
{
	static const enum capture_read_kind kinds[] = { CAPTURE_READ_RUN, CAPTURE_READ_OPENED,
		CAPTURE_READ_SENT, CAPTURE_READ_RECEIVED, CAPTURE_READ_LINE,
		CAPTURE_READ_CLOSED };
	struct mg_line fast = line;
	struct capture *capture = begin();
	(void)state;
	fast.baud = 9600;
	now += 1000000;
	capture_note(capture, CAPTURE_OPENED, NULL, 0, 0, now);
	capture_note(capture, CAPTURE_SENT, request, sizeof(request), 0, now + 20);
	capture_note(capture, CAPTURE_RECEIVED, ack, 1, MG_RX_PARITY, now + 75020);
	capture_line(capture, &fast, now + 75030);
	capture_note(capture, CAPTURE_CLOSED, NULL, 0, 0, now + 80000);
	assert_int_equal(capture_lost(capture), 0);
	assert_int_equal(capture_error(capture), 0);
	capture_destroy(capture);
	read_back(path);
	assert_int_equal(seen.count, 6);
	for (size_t i = 0; i < 6; i++) {
		assert_int_equal(seen.events[i].kind, kinds[i]);
	}
	assert_int_equal(seen.events[2].time - seen.events[1].time, 20);
	assert_int_equal(seen.events[3].time - seen.events[2].time, 75000);
	assert_int_equal(seen.events[3].rx_flags, MG_RX_PARITY);
	assert_int_equal(seen.events[4].line.baud, 9600);
	assert_int_equal(seen.events[5].time - seen.events[1].time, 80000);
}

static void time_never_goes_back(void **state)
{
	struct capture *capture = begin();
	(void)state;
	capture_note(capture, CAPTURE_RECEIVED, ack, 1, 0, now + 5000000);
	capture_note(capture, CAPTURE_RECEIVED, ack, 1, 0, now + 4000000);
	capture_note(capture, CAPTURE_RECEIVED, ack, 1, 0, now + 5000007);
	capture_destroy(capture);
	read_back(path);
	assert_int_equal(seen.count, 4);
	assert_int_equal(seen.events[2].time - seen.events[1].time, 0);
	assert_int_equal(seen.events[3].time - seen.events[1].time, 7);
}

static void more_than_an_entry_holds_becomes_several(void **state)
{
	static uint8_t bytes[10000];
	struct capture *capture = begin();
	(void)state;
	for (size_t i = 0; i < sizeof(bytes); i++) {
		bytes[i] = (uint8_t)i;
	}
	capture_note(capture, CAPTURE_RECEIVED, bytes, sizeof(bytes), 0, now);
	capture_destroy(capture);
	read_back(path);
	assert_int_equal(seen.count, 4);
	assert_int_equal(seen.received, 10000);
	assert_true(seen.orderly);
}

/* What is noted at once is either in the ring or lost: 63 entries of 4096 bytes fit. */
static void what_does_not_fit_is_counted_where_it_is_missing(void **state)
{
	enum { SIZE = 1000000, FIT = 63 * 4096 };
	static uint8_t bytes[SIZE];
	struct capture *capture = begin();
	(void)state;
	for (size_t i = 0; i < SIZE; i++) {
		bytes[i] = (uint8_t)i;
	}
	capture_note(capture, CAPTURE_RECEIVED, bytes, SIZE, 0, now);
	assert_int_equal(capture_lost(capture), SIZE - FIT);
	capture_destroy(capture);
	read_back(path);
	assert_true(seen.orderly);
	assert_int_equal(seen.received, FIT);
	assert_int_equal(seen.lost, SIZE - FIT);
	assert_int_equal(seen.events[seen.count - 1].kind, CAPTURE_READ_LOST);
}

static void a_rotation_loses_nothing(void **state)
{
	struct capture *capture = begin();
	(void)state;
	capture_note(capture, CAPTURE_SENT, request, sizeof(request), 0, now);
	assert_int_equal(rename(path, other), 0);
	capture_reopen(capture);
	capture_note(capture, CAPTURE_RECEIVED, ack, 1, 0, loop_clock() + 1000);
	capture_destroy(capture);
	read_back(other);
	assert_int_equal(seen.count, 2);
	assert_int_equal(seen.events[1].kind, CAPTURE_READ_SENT);
	read_back(path);
	assert_int_equal(seen.count, 2);
	assert_int_equal(seen.events[0].kind, CAPTURE_READ_RUN);
	assert_int_equal(seen.events[1].kind, CAPTURE_READ_RECEIVED);
}

static void a_new_run_begins_with_the_line_as_it_is(void **state)
{
	struct mg_line fast = line;
	struct capture *capture = begin();
	(void)state;
	fast.baud = 9600;
	capture_line(capture, &fast, now);
	capture_reopen(capture);
	capture_destroy(capture);
	read_back(path);
	assert_int_equal(seen.count, 3);
	assert_int_equal(seen.events[0].line.baud, 2400);
	assert_int_equal(seen.events[2].kind, CAPTURE_READ_RUN);
	assert_int_equal(seen.events[2].line.baud, 9600);
}

static void what_cannot_be_a_capture_is_refused(void **state)
{
	int error = 0;
	FILE *out = fopen(path, "w");
	(void)state;
	fputs("notes", out);
	fclose(out);
	assert_null(capture_create(path, "cellar", &line, &error));
	assert_int_equal(error, -EEXIST);
	assert_null(capture_create("/nowhere/bus.mgc", "cellar", &line, &error));
	assert_int_equal(error, -ENOENT);
}

static void a_bus_without_a_capture_needs_no_care(void **state)
{
	(void)state;
	capture_note(NULL, CAPTURE_SENT, request, sizeof(request), 0, now);
	capture_line(NULL, &line, now);
	capture_reopen(NULL);
	assert_int_equal(capture_lost(NULL), 0);
	assert_int_equal(capture_error(NULL), 0);
	capture_destroy(NULL);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, fresh, done)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(what_passes_is_in_the_file_in_its_order),
		TEST(time_never_goes_back),
		TEST(more_than_an_entry_holds_becomes_several),
		TEST(what_does_not_fit_is_counted_where_it_is_missing),
		TEST(a_rotation_loses_nothing),
		TEST(a_new_run_begins_with_the_line_as_it_is),
		TEST(what_cannot_be_a_capture_is_refused),
		TEST(a_bus_without_a_capture_needs_no_care),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
