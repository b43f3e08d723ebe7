/* SPDX-License-Identifier: MIT */
/* Scans, primary and secondary, on a line that answers with anything: they end, keep
   within their bounds, and go on from their own tokens. */
#include <stdlib.h>
#include <string.h>

#include <metergate/mbus.h>
#include <metergate/plugin.h>

#include "bus/bus.h"
#include "scan/scan.h"
#include "scan/scan_token.h"
#include "fuzz.h"

#define SECOND 1000000
#define MILLISECOND 1000
#define RAW_MAX 40
#define TOKEN_MAX 600
/* "p.0.89abcdef.0.01234567.-:" and a little of what stands behind that. */
#define HEAD_MOST 29
#define KNOWN_MAX 3
#define REPEATS_MAX 3
/* Of all waits of one scan. */
#define WAITS_MAX 100000

/* Probes of a scan that gets silence, but for as many answers as the input has bytes. */
#define PROBES_SILENT 8192
/* The same of a sweep: an address is asked twelve times at most while it answers badly,
   and all of them over in each pass. */
#define PROBES_SWEEP 251 * 12 * 8

enum {
	C_MASK = 0xDF,
	A_OFFSET = 2,
};

struct world {
	struct fuzz_input input;
	struct timing timing;
	struct bus_counters counters;
	struct exchange exchange;
	struct scan *scan;
	int64_t now;
	size_t told; /* meters that were told of */
	/* The last of them: who comes before it is told again, with its address. */
	const struct scan_found *newest;
	uint64_t exchanges, most;
	bool stops; /* in the middle, to look at the token */
	uint64_t stop_at;
};

static void check_found(const struct scan_found *found)
{
	FUZZ_REQUIRE(found->address >= -1 && found->address <= MG_A_PRIMARY_LAST);
	FUZZ_REQUIRE(fuzz_is_line(found->note, strlen(found->note)));
	FUZZ_REQUIRE(found->state <= SCAN_COLLISION);
}

static void on_found(void *data, const struct scan_found *found)
{
	struct world *world = data;
	check_found(found);
	if (world->newest != NULL && found <= world->newest) {
		FUZZ_REQUIRE(found->secondary && found->address >= 0);
		return;
	}
	world->newest = found;
	world->told++;
}

static void on_progress(void *data, const struct scan_progress *progress)
{
	const struct world *world = data;
	FUZZ_REQUIRE(progress->found == world->told);
	FUZZ_REQUIRE(progress->silent + progress->collisions <= progress->probes * 2);
	FUZZ_REQUIRE(progress->time_left >= -1);
}

static size_t telegram(const struct world *world, uint8_t how, uint8_t *bytes)
{
	static const uint32_t numbers[] = { 0x12345678, 0x12345679, 0x92345678, 0x0000000A };
	uint8_t data[12 + 6] = { 0 };
	struct mg_identity identity = { numbers[how & 3], 0x2C2D, 0x10, 4 };
	uint8_t asked = world->exchange.request[A_OFFSET];
	identity.manufacturer ^= (how & 4) ? 1 : 0;
	identity.version ^= (how & 8) ? 1 : 0;
	mg_identity_put(&identity, data);
	data[12] = 0x0C;
	data[13] = 0x78;
	data[14] = how;
	const struct mg_frame frame = { .type = MG_FRAME_LONG,
		.c = MG_C_RSP_UD,
		.a = asked > MG_A_PRIMARY_LAST || (how & 0x80) ? 1 : asked,
		.ci = (how & 0x40) ? 0x7A : 0x72,
		.data = { data, sizeof(data) } };
	return mg_frame_build(&frame, bytes, MG_FRAME_MAX);
}

/* 0: what comes at all is over. */
static size_t answer(struct world *world, uint8_t what, uint8_t *bytes)
{
	size_t size = 0;
	const uint8_t *raw;
	switch (what & 7) {
	case 1:
	case 2:
		bytes[0] = 0xE5;
		return 1;
	case 3:
	case 4:
		return telegram(world, fuzz_byte(&world->input), bytes);
	case 5:
		raw = fuzz_take(&world->input, fuzz_byte(&world->input) % RAW_MAX, &size);
		if (size > 0) {
			memcpy(bytes, raw, size);
		}
		return size;
	case 6:
		size = telegram(world, fuzz_byte(&world->input), bytes);
		bytes[fuzz_byte(&world->input) % size] ^= fuzz_byte(&world->input);
		return size;
	default:
		return 0;
	}
}

static void tick_until(struct world *world, int64_t time)
{
	while (exchange_busy(&world->exchange) &&
			exchange_deadline(&world->exchange) <= time) {
		int64_t deadline = exchange_deadline(&world->exchange);
		world->now = deadline > world->now ? deadline : world->now;
		exchange_tick(&world->exchange, world->now);
	}
	world->now = time > world->now && time != EXCHANGE_NEVER ? time : world->now;
}

static void receive(struct world *world)
{
	uint8_t bytes[MG_FRAME_MAX];
	uint8_t what = fuzz_byte(&world->input);
	size_t size = answer(world, what, bytes);
	uint32_t flags = (what & 0x80) ? MG_RX_PARITY : 0;
	uint8_t delay = size > 0 ? fuzz_byte(&world->input) : 0;
	if (size == 0) {
		return;
	}
	tick_until(world, world->now + (1 + delay) * 2 * MILLISECOND);
	uint8_t *copy = fuzz_copy(bytes, size);
	world->counters.discarded_bytes +=
			exchange_input(&world->exchange, copy, size, flags, world->now);
	free(copy);
}

/* One exchange, to its end. */
static void converse(struct world *world)
{
	const uint8_t *bytes;
	while (exchange_busy(&world->exchange)) {
		if (exchange_output(&world->exchange, &bytes, world->now) > 0) {
			exchange_sent(&world->exchange, world->now);
			receive(world);
			continue;
		}
		tick_until(world, exchange_deadline(&world->exchange));
	}
}

static void check_token(const struct world *world)
{
	char token[SCAN_TOKEN_SIZE];
	memset(token, 'x', sizeof(token));
	FUZZ_REQUIRE(scan_token(world->scan, token) == token);
	FUZZ_REQUIRE(memchr(token, '\0', sizeof(token)) != NULL);
	FUZZ_REQUIRE(strpbrk(token, " \t\"\\") == NULL);
	FUZZ_REQUIRE(fuzz_is_line(token, strlen(token)));
}

/* True when the scan is over, false when it was stopped in the middle. */
static bool run(struct world *world)
{
	struct task *task = &world->scan->task;
	for (unsigned waits = 0;;) {
		switch (task->ops->ask(task, world->now)) {
		case TASK_OVER:
			return true;
		case TASK_WAIT:
			FUZZ_REQUIRE(task->wake > world->now && ++waits < WAITS_MAX);
			world->now = task->wake;
			break;
		case TASK_EXCHANGE:
			converse(world);
			task->ops->take(task, world->now);
			world->exchanges++;
			FUZZ_REQUIRE(world->exchanges <= world->most);
			break;
		}
		if (world->stops && world->exchanges == world->stop_at) {
			task->ops->stop(task, world->now);
			return false;
		}
	}
}

static void check_end(const struct world *world, bool over)
{
	const struct scan *scan = world->scan;
	FUZZ_REQUIRE(scan->count <= SCAN_FOUND_MAX);
	FUZZ_REQUIRE(scan->count == world->told);
	FUZZ_REQUIRE(fuzz_is_line(scan->reason, strlen(scan->reason)));
	FUZZ_REQUIRE(!over || scan->done || scan->reason[0] != '\0');
	for (size_t i = 0; i < scan->count; i++) {
		check_found(&scan->found[i]);
	}
	check_token(world);
}

static struct scan_order read_order(struct world *world, struct mg_identity *known)
{
	static const uint32_t bauds[] = { 2400, 300, 9600, 38400 };
	uint8_t how = fuzz_byte(&world->input), more = fuzz_byte(&world->input);
	struct scan_order order = { .kind = (how & 1) ? SCAN_SECONDARY : SCAN_PRIMARY,
		.bauds = { bauds[more & 3], bauds[more >> 2 & 3] },
		.baud_count = (how >> 1) % 3,
		.identify = how & 8,
		.mask = { UINT32_MAX, UINT16_MAX, UINT8_MAX, UINT8_MAX },
		.fast = how & 0x10,
		.hex = how & 0x20,
		.known_only = (how & 0xC0) == 0xC0,
		.known = known,
		.known_count = (how & 0x40) ? KNOWN_MAX : 0,
		.repeats = (more >> 4) % (REPEATS_MAX + 1) };
	if (more & 0x80) {
		order.mask.id = 0x1234FFFF;
		order.addresses[0] = more;
		order.addresses[31] = 4;
	}
	for (size_t i = 0; i < KNOWN_MAX; i++) {
		known[i] = (struct mg_identity){ 0x12345678 + (uint32_t)i, 0x2C2D, 0x10, 4 };
	}
	return order;
}

static bool begin(struct world *world, const struct scan_order *order, const char *token)
{
	const struct scan_user user = {
		.data = world, .found = on_found, .progress = on_progress
	};
	struct scan_order own = *order;
	own.resume = token;
	world->told = 0;
	world->newest = NULL;
	world->exchanges = 0;
	world->most = (uint64_t)(order->kind == SCAN_PRIMARY ? PROBES_SWEEP : PROBES_SILENT) *
						  (order->baud_count + 1) * (order->repeats + 1) +
				  world->input.left * PROBES_SILENT;
	world->scan = scan_create(&world->exchange, &own, &user);
	FUZZ_REQUIRE(world->scan != NULL);
	return world->scan->reason[0] == '\0';
}

/* Text from the input as a token: refused in words, or a scan that ends. */
static void try_token(struct world *world, const struct scan_order *order)
{
	size_t size;
	char text[2 * SCAN_TOKEN_SIZE], real[SCAN_TOKEN_SIZE];
	begin(world, order, NULL);
	scan_token(world->scan, real);
	scan_destroy(world->scan);
	uint8_t kept = fuzz_byte(&world->input);
	const uint8_t *bytes = fuzz_take(&world->input, TOKEN_MAX, &size);
	char *tail = fuzz_string(bytes, size);
	snprintf(text, sizeof(text), "%.*s%.*s", kept % HEAD_MOST, real, SCAN_TOKEN_SIZE,
			tail);
	free(tail);
	/* Without its check digits it would not get far. */
	if (kept % 8 != 0 && strlen(text) < SCAN_TOKEN_SIZE) {
		scan_token_seal(text);
	}
	bool taken = begin(world, order, text);
	bool over = run(world);
	FUZZ_REQUIRE(over);
	FUZZ_REQUIRE(taken || world->exchanges == 0);
	check_end(world, over);
	scan_destroy(world->scan);
}

/* To its end, or stopped in the middle and gone on with by its own token. */
static void scan(struct world *world, const struct scan_order *order)
{
	char token[SCAN_TOKEN_SIZE];
	FUZZ_REQUIRE(begin(world, order, NULL));
	bool over = run(world);
	check_end(world, over);
	scan_token(world->scan, token);
	bool done = world->scan->done;
	size_t before = world->scan->count;
	scan_destroy(world->scan);
	if (done || over || token[0] == '\0') {
		return;
	}
	world->stops = false;
	FUZZ_REQUIRE(begin(world, order, token));
	FUZZ_REQUIRE(world->scan->before <= before);
	over = run(world);
	check_end(world, over);
	scan_destroy(world->scan);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct world world = { .input = { data, size }, .now = SECOND };
	struct mg_identity known[KNOWN_MAX];
	uint8_t how = fuzz_byte(&world.input);
	const struct mg_line line = { .size = sizeof(line),
		.baud = (how & 1) ? 300 : 2400,
		.data_bits = 8,
		.parity = 'E',
		.stop_bits = 1 };
	timing_init(&world.timing, &line, (how & 2) ? 20 : BUS_LATENCY_AUTO);
	exchange_init(&world.exchange, &world.timing, &world.counters);
	struct scan_order order = read_order(&world, known);
	if ((how & 0x0C) == 0x0C) {
		try_token(&world, &order);
		return 0;
	}
	world.stops = how & 0x10;
	world.stop_at = 1u + fuzz_byte(&world.input);
	scan(&world, &order);
	return 0;
}
