/* SPDX-License-Identifier: MIT */
/*
 * A master that reads, is asked out of turn and scans, all at once: who gets the bus, by
 * the log of the segment, and what a scan that is given up leaves behind.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "bus/master.h"
#include "scan/scan.h"
#include "virtual.h"

#define SECOND INT64_C(1000000)
#define METERS 12
#define DEVICES 6
#define PIECES_MAX 8192
#define ASKED_MAX 64
#define ASK_EVERY (7 * SECOND)
#define LIMIT (1200 * SECOND)
/* No piece of work may keep the bus for longer. */
#define PIECE_LONGEST (5 * SECOND / 2)

enum owner {
	OWNER_DEVICE,
	OWNER_ASKED,
	OWNER_SCAN,
};

/* What somebody did with the bus until somebody else could have it. */
struct piece {
	enum owner owner;
	int64_t begin, end; /* µs */
	size_t requests;    /* by the log of the segment */
};

struct world {
	struct virtual_bus bus;
	struct master master;
	struct piece pieces[PIECES_MAX];
	size_t count;
	bool open;                    /* the last piece goes on */
	int64_t submitted[ASKED_MAX]; /* of reads out of turn */
	size_t asked, answered;
	size_t read[DEVICES];
	bool scanned, cancelled;
	size_t found;
};

static void watch(void *data, const struct segment_event *event)
{
	struct world *w = data;
	if (event->kind != SEGMENT_ANSWER && w->open) {
		w->pieces[w->count - 1].requests++;
	}
}

static size_t count_selected(const struct world *w)
{
	size_t count = 0;
	for (size_t i = 0; i < w->bus.slaves.count; i++) {
		count += w->bus.slaves.meters[i].selected;
	}
	return count;
}

static void on_read(void *data, int64_t now)
{
	struct world *w = data;
	struct master *master = &w->master;
	const struct bus_result result = { .outcome = master->readout.outcome };
	(void)now;
	if (master->device != NULL) {
		for (size_t i = 0; i < DEVICES; i++) {
			w->read[i] += master->device == master->devices[i] &&
						  master->readout.outcome == BUS_OK;
		}
		master->device = NULL;
		return;
	}
	struct job *job = master->job;
	master->job = NULL;
	jobs_end(job, &result);
}

static void on_worked(void *data, bool cancelled, int64_t now)
{
	struct world *w = data;
	const struct bus_result result = { .outcome = cancelled ? BUS_CANCELLED : BUS_OK };
	struct job *job = w->master.job;
	(void)now;
	w->found = job->scan->count;
	w->master.job = NULL;
	jobs_end(job, &result);
}

static void on_answered(void *data, const struct bus_result *result)
{
	struct world *w = data;
	assert_int_equal(result->outcome, BUS_OK);
	w->answered++;
}

static void on_scanned(void *data, const struct bus_result *result)
{
	struct world *w = data;
	w->scanned = true;
	w->cancelled = result->outcome == BUS_CANCELLED;
}

static void begin(struct world *w)
{
	const struct virtual_settings settings = { .latency = BUS_LATENCY_AUTO };
	const struct bus_settings bus = {
		.tries = 3, .telegrams = 16, .silent_max = 3600000
	};
	const struct master_user user = { .data = w, .read = on_read, .worked = on_worked };
	memset(w, 0, sizeof(*w));
	assert_true(virtual_meters(&w->bus.slaves, METERS, 7, false, 11, 33));
	assert_true(virtual_init(&w->bus, &settings));
	w->bus.watch = watch;
	w->bus.watch_data = w;
	master_init(&w->master, &w->bus.exchange, &bus, &user);
}

static void finish(struct world *w)
{
	master_finish(&w->master);
	virtual_finish(&w->bus);
}

static void add_devices(struct world *w, int64_t interval)
{
	for (size_t i = 0; i < DEVICES; i++) {
		const struct bus_device_settings settings = {
			.name = "meter",
			.label = "",
			.address = { .primary = (uint8_t)w->bus.slaves.meters[i].address },
		};
		assert_non_null(master_add_device(&w->master, &settings, interval));
	}
}

static struct job *add_scan(struct world *w, enum scan_kind kind)
{
	const struct bus_job order = { .kind = BUS_JOB_SCAN, .done = on_scanned, .data = w };
	const struct scan_order scan = {
		.kind = kind,
		.mask = { UINT32_MAX, UINT16_MAX, UINT8_MAX, UINT8_MAX },
	};
	struct job *job = jobs_add(&w->master.jobs, &order);
	assert_non_null(job);
	job->scan = scan_create(&w->bus.exchange, &scan, NULL);
	assert_non_null(job->scan);
	job->task = &job->scan->task;
	return job;
}

/* A read out of turn of a meter that is no device. */
static void ask_now(struct world *w)
{
	const struct bus_job order = {
		.kind = BUS_JOB_READ,
		.address = { .primary = (uint8_t)w->bus.slaves.meters[DEVICES].address },
		.done = on_answered,
		.data = w,
	};
	if (w->asked < ASKED_MAX) {
		assert_non_null(jobs_add(&w->master.jobs, &order));
		w->submitted[w->asked++] = w->bus.now;
	}
}

static enum owner owner_of(const struct master *master)
{
	if (master->device != NULL) {
		return OWNER_DEVICE;
	}
	return master->job->task != NULL ? OWNER_SCAN : OWNER_ASKED;
}

/* Follows who has the bus through one step of the master. */
static bool step(struct world *w)
{
	bool more = master_advance(&w->master, w->bus.now);
	bool busy = master_busy(&w->master);
	struct piece *last = w->count > 0 ? &w->pieces[w->count - 1] : NULL;
	if (w->open && !busy) {
		w->open = false;
		last->end = w->bus.now;
	} else if (!w->open && busy) {
		assert_true(w->count < PIECES_MAX);
		w->open = true;
		w->pieces[w->count++] =
				(struct piece){ .owner = owner_of(&w->master), .begin = w->bus.now };
	}
	return more;
}

/* Until the scan is over, and all that was asked by then is answered. */
static void run(struct world *w, int64_t ask_every)
{
	int64_t next = ask_every > 0 ? ask_every : LIMIT;
	while ((!w->scanned || w->answered < w->asked) && w->bus.now < LIMIT) {
		if (w->bus.now >= next && !w->scanned) {
			ask_now(w);
			next += ask_every;
		}
		if (step(w)) {
			continue;
		}
		int64_t until = next > w->bus.now ? next : LIMIT;
		if (!exchange_busy(&w->bus.exchange)) {
			int64_t when = master_when(&w->master, w->bus.now);
			until = when < until ? when : until;
		}
		virtual_turn(&w->bus, until);
	}
	assert_true(w->scanned);
}

/* Pieces of others that came between a read was asked for and it had the bus. */
static size_t most_before_asked(const struct world *w)
{
	size_t most = 0, asked = 0;
	for (size_t i = 0; i < w->count && asked < w->asked; i++) {
		if (w->pieces[i].owner != OWNER_ASKED) {
			continue;
		}
		size_t before = 0;
		for (size_t k = i; k > 0 && w->pieces[k - 1].end > w->submitted[asked]; k--) {
			before += w->pieces[k - 1].owner != OWNER_ASKED;
		}
		most = before > most ? before : most;
		asked++;
	}
	assert_int_equal(asked, w->asked);
	return most;
}

/* The same kind of owner, that often in a row, while the others wait too. */
static size_t most_in_a_row(const struct world *w, enum owner owner)
{
	size_t most = 0, row = 0;
	for (size_t i = 0; i < w->count; i++) {
		row = w->pieces[i].owner == owner ? row + 1 : 0;
		most = row > most ? row : most;
	}
	return most;
}

static void assert_no_piece_is_long(const struct world *w)
{
	for (size_t i = 0; i + 1 < w->count; i++) {
		assert_true(w->pieces[i].end - w->pieces[i].begin <= PIECE_LONGEST);
		assert_true(w->pieces[i].requests > 0);
	}
}

static void share(enum scan_kind kind)
{
	static struct world w;
	begin(&w);
	add_devices(&w, 0);
	add_scan(&w, kind);
	run(&w, ASK_EVERY);
	assert_int_equal(w.found, METERS);
	assert_false(w.cancelled);
	assert_true(w.asked > 5);
	assert_int_equal(w.answered, w.asked);
	assert_int_equal(most_before_asked(&w), 1);
	/* Devices that are always due and a scan take turns. */
	assert_int_equal(most_in_a_row(&w, OWNER_SCAN), 1);
	assert_in_range(most_in_a_row(&w, OWNER_DEVICE), 1, 2);
	for (size_t i = 0; i < DEVICES; i++) {
		assert_true(w.read[i] >= 10);
	}
	assert_no_piece_is_long(&w);
	assert_int_equal(count_selected(&w), 0);
	finish(&w);
}

static void a_sweep_reads_and_requests_share_the_bus(void **state)
{
	(void)state;
	share(SCAN_PRIMARY);
}

static void a_search_reads_and_requests_share_the_bus(void **state)
{
	(void)state;
	share(SCAN_SECONDARY);
}

static void devices_that_are_due_go_before_a_scan(void **state)
{
	(void)state;
	static struct world w;
	begin(&w);
	add_devices(&w, 20 * SECOND);
	add_scan(&w, SCAN_PRIMARY);
	run(&w, 0);
	int64_t time = w.bus.now;
	assert_int_equal(w.found, METERS);
	for (size_t i = 0; i < DEVICES; i++) {
		assert_true((int64_t)w.read[i] >= time / (20 * SECOND) - 1);
	}
	/* All six are due at once in the worst case, and every second turn is theirs. */
	assert_true(most_in_a_row(&w, OWNER_SCAN) > 10);
	finish(&w);
}

/* At whatever moment it is given up. */
static void a_scan_that_is_given_up_leaves_nobody_selected(void **state)
{
	(void)state;
	for (int64_t at = 2 * SECOND; at < 12 * SECOND; at += 37000) {
		static struct world w;
		begin(&w);
		uint64_t number = add_scan(&w, SCAN_SECONDARY)->number;
		while (!w.scanned) {
			if (w.bus.now >= at) {
				master_cancel(&w.master, number);
			}
			if (!step(&w)) {
				virtual_turn(&w.bus, w.bus.now < at ? at : LIMIT);
			}
		}
		assert_int_equal(count_selected(&w), 0);
		assert_true(w.bus.now - at < PIECE_LONGEST);
		finish(&w);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_sweep_reads_and_requests_share_the_bus),
		cmocka_unit_test(a_search_reads_and_requests_share_the_bus),
		cmocka_unit_test(devices_that_are_due_go_before_a_scan),
		cmocka_unit_test(a_scan_that_is_given_up_leaves_nobody_selected),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
