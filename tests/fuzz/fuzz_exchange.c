/* SPDX-License-Identifier: MIT */
/* A master with devices, pings, reads and procedures on a line that answers with
   anything, on a clock that is computed. */
#include <stdlib.h>
#include <string.h>

#include <metergate/mbus.h>

#include "bus/bus.h"
#include "bus/master.h"
#include "procedure/procedure_run.h"
#include "fuzz.h"

#define MILLISECOND 1000
#define SECOND 1000000
#define HOUR 3600000
/* Sunday, 2026-11-22 12:00:00 UTC, s. */
#define NOON 1795348800
#define PIECES_MAX 8
#define JOBS_SUBMITTED_MAX 24
/* Things done without a request, or a later time, at most. */
#define IDLE_TURNS_MAX 1000
/* Requests of what was begun, once nobody answers any more: of each job and device. */
#define SILENT_REQUESTS_MAX 600

enum {
	CI_SELECT = 0x52,
	C_MASK = 0xDF, /* without the frame count bit */
	RAW_MAX = 64,
	TRIES_MAX = 10,
	SENDS_MAX = 100, /* of one request: the most that a configuration may say */
	TELEGRAMS_MAX = 5,
};

/* What comes at one time. */
struct piece {
	int64_t at;
	uint8_t bytes[2 * MG_FRAME_MAX];
	size_t size;
	uint32_t flags;
};

struct world {
	struct fuzz_input input;
	struct timing timing;
	struct bus_counters counters;
	struct exchange exchange;
	struct master master;
	struct piece pieces[PIECES_MAX];
	size_t piece_count;
	int64_t now;
	int64_t heard_at;  /* when the line was last used, by anybody */
	int64_t handed_at; /* when the transport takes the request; EXCHANGE_NEVER: it has */
	int64_t unsent_until;
	uint8_t request[MG_FRAME_MAX];
	size_t request_size;
	bool selected; /* a selection was acknowledged and not undone */
	size_t submitted, done;
	uint64_t silent_from; /* requests when the input was used up */
};

static uint64_t outcomes(const struct bus_counters *c)
{
	return c->answers + c->timeouts + c->bad_frames + c->wrong_address + c->broadcasts +
		   c->aborted;
}

static void submit(struct world *world);

static void check_steps(const struct procedure *procedure)
{
	const struct procedure_step *steps;
	size_t count = procedure_steps(procedure, &steps);
	FUZZ_REQUIRE(count <= PROCEDURE_STEPS_MAX);
	for (size_t i = 0; i < count; i++) {
		FUZZ_REQUIRE(steps[i].request_size <= MG_FRAME_MAX);
		FUZZ_REQUIRE(fuzz_is_line(steps[i].purpose, strlen(steps[i].purpose)));
		FUZZ_REQUIRE(fuzz_is_line(steps[i].outcome, strlen(steps[i].outcome)));
	}
}

static void check_procedure(const struct procedure *procedure, bool over)
{
	const char *text = procedure_text(procedure);
	const struct mg_bytes *frames;
	size_t count = procedure_frames(procedure, &frames);
	check_steps(procedure);
	for (size_t i = 0; i < count; i++) {
		FUZZ_REQUIRE(frames[i].size > 0 && frames[i].size <= MG_FRAME_MAX);
		free(fuzz_copy(frames[i].data, frames[i].size));
	}
	FUZZ_REQUIRE(!over || procedure_verdict(procedure) != PROCEDURE_RUNNING);
	FUZZ_REQUIRE(!over || text[0] != '\0');
	FUZZ_REQUIRE(fuzz_is_line(text, strlen(text)));
}

static void job_done(void *data, const struct bus_result *result)
{
	struct world *world = data;
	FUZZ_REQUIRE(result->outcome == BUS_OK || result->reason[0] != '\0');
	FUZZ_REQUIRE(fuzz_is_line(result->reason, strlen(result->reason)));
	if (result->procedure != NULL) {
		check_procedure(result->procedure, result->outcome != BUS_CANCELLED);
	}
	world->done++;
	if (fuzz_byte(&world->input) & 1) {
		submit(world); /* from inside */
	}
}

static void check_readout(const struct readout *readout)
{
	FUZZ_REQUIRE(!readout_busy(readout));
	FUZZ_REQUIRE(fuzz_is_line(readout->reason, strlen(readout->reason)));
	FUZZ_REQUIRE(readout->count <= readout->limit);
	if (readout->outcome != BUS_OK) {
		FUZZ_REQUIRE(readout->reason[0] != '\0');
		return;
	}
	FUZZ_REQUIRE(readout->kind != READOUT_READ || readout->count > 0);
	for (size_t i = 0; i < readout->count; i++) {
		struct mg_frame frame;
		size_t length;
		FUZZ_REQUIRE(mg_frame_parse(readout->frames[i].data, readout->frames[i].size,
							 &frame, &length) == MG_FAULT_NONE);
	}
}

static void readout_over(void *data, int64_t now)
{
	struct world *world = data;
	struct job *job = world->master.job;
	struct bus_result result = { .outcome = world->master.readout.outcome };
	FUZZ_REQUIRE(now == world->now);
	FUZZ_REQUIRE((job == NULL) != (world->master.device == NULL));
	check_readout(&world->master.readout);
	memcpy(result.reason, world->master.readout.reason, sizeof(result.reason));
	world->master.device = NULL;
	world->master.job = NULL;
	if (job != NULL) {
		jobs_end(job, &result);
	}
}

static void task_over(void *data, bool cancelled, int64_t now)
{
	struct world *world = data;
	struct job *job = world->master.job;
	struct bus_result result = { .outcome = cancelled ? BUS_CANCELLED : BUS_OK };
	FUZZ_REQUIRE(now == world->now && job != NULL);
	strcpy(result.reason, cancelled ? "cancelled" : "");
	world->master.job = NULL;
	jobs_end(job, &result);
}

static const struct bus_address addresses[] = {
	{ .primary = 1 },
	{ .primary = 2 },
	{ .primary = 0 },
	{ .primary = 254 },
	{ .secondary = true, .primary = 253, .identity = { 0x12345678, 0x2C2D, 0x10, 4 } },
	{ .secondary = true, .primary = 253, .identity = { 0x1234FFFF, 0xFFFF, 0xFF, 255 } },
};
#define ADDRESSES (sizeof(addresses) / sizeof(addresses[0]))

static struct procedure_order procedure_order(struct world *world)
{
	static const uint8_t records[] = { 0x08, 0x13, 0x48, 0x13, 0x40, 0x13, 0x0B };
	static const uint32_t bauds[] = { 0, 2400, 9600, 300 };
	uint8_t how = fuzz_byte(&world->input), detail = fuzz_byte(&world->input);
	struct procedure_order order = {
		.kind = (enum procedure_kind)(fuzz_byte(&world->input) % (PROCEDURE_ALARM + 1)),
		.address = addresses[detail % ADDRESSES],
		.baud = bauds[how & 3],
		.force = how & 4,
		.dry_run = (how & 0x78) == 0x78,
		.fixed_line = (how & 0x38) == 0x30,
		.unverified = how & 0x40,
		.new_address = detail,
		.new_identity = { 0x10000000u + detail, 0x2C2D, 0x10, 4 },
		.whole_identity = how & 0x80,
		.new_baud = bauds[1 + detail % 3],
		.sub_code = (detail & 1) ? detail : -1,
		.type_i = detail & 2,
		.clock_now = detail & 4,
		.clock = (detail & 4) ? 3600 : NOON,
		.by_name = detail & 8,
		.freeze_ci = (detail & 0x10) ? 0x5C : 0,
		.broadcast = detail & 0x20,
	};
	size_t skipped = order.kind == PROCEDURE_FREEZE ? 4 : 0;
	order.data = (struct mg_bytes){ records + skipped, skipped > 0 ? 3 : 4 };
	if (order.kind == PROCEDURE_SEND) {
		order.data.data = fuzz_take(&world->input, detail % RAW_MAX, &order.data.size);
	}
	return order;
}

static void submit(struct world *world)
{
	uint8_t what = fuzz_byte(&world->input);
	struct bus_job order = {
		.kind = what % 3 == 0   ? BUS_JOB_PING
				: what % 3 == 1 ? BUS_JOB_READ
								: BUS_JOB_PROCEDURE,
		.address = addresses[(what / 3) % ADDRESSES],
		.label = "job",
		.done = job_done,
		.data = world,
	};
	if (world->submitted == JOBS_SUBMITTED_MAX) {
		return;
	}
	struct job *job = jobs_add(&world->master.jobs, &order);
	FUZZ_REQUIRE(job != NULL);
	world->submitted++;
	if (order.kind == BUS_JOB_PROCEDURE) {
		struct procedure_order wish = procedure_order(world);
		job->procedure = procedure_create(&world->exchange, &wish,
				world->master.readout.tries, (int64_t)NOON * SECOND, world->now);
		FUZZ_REQUIRE(job->procedure != NULL);
		job->task = procedure_task(job->procedure);
	}
}

static void add_piece(struct world *world, const uint8_t *bytes, size_t size, int64_t at)
{
	if (world->piece_count == PIECES_MAX || size == 0) {
		return;
	}
	struct piece *piece = &world->pieces[world->piece_count++];
	piece->at = at;
	piece->flags = 0;
	piece->size = size < sizeof(piece->bytes) ? size : sizeof(piece->bytes);
	memcpy(piece->bytes, bytes, piece->size);
}

/* A telegram that a meter could give: records by which procedures see something. */
static size_t telegram(const struct world *world, uint8_t how, uint8_t *bytes)
{
	static const uint8_t tails[][14] = {
		{ 0x0C, 0x13, 0x27, 0x04, 0x85, 0x02, 0x04, 0x6D, 0x00, 0x0C, 0x76, 0x3B },
		{ 0x0C, 0x13, 0x28, 0x04, 0x85, 0x02, 0x4C, 0x13, 0x27, 0x04, 0x85, 0x02 },
		{ 0x04, 0x6D, 0x00, 0x0D, 0x76, 0x3B, 0x02, 0x5A, 0x10, 0x00, 0x01, 0x13, 0x05 },
		{ 0x01, 0x13, 0x01, 0x02, 0x5A, 0x10, 0x00, 0x41, 0x13, 0x02, 0x0F, 0x01 },
	};
	uint8_t data[12 + sizeof(tails[0])] = { 0 };
	struct mg_identity identity = { 0x12345678, 0x2C2D, 0x10, 4 };
	uint8_t asked = world->request_size > 2 ? world->request[2] : 0;
	size_t size = 12 + 12;
	identity.id += (how & 0x10) ? 1u : 0u;
	mg_identity_put(&identity, data);
	data[8] = (how & 0x20) ? how : 1;
	memcpy(data + 12, tails[how & 3], sizeof(tails[0]));
	if (how & 4) {
		data[size++] = 0x1F;
	}
	const struct mg_frame frame = { .type = MG_FRAME_LONG,
		.c = (uint8_t)(MG_C_RSP_UD | ((how & 0x40) ? MG_C_ACD : 0)),
		.a = asked > MG_A_PRIMARY_LAST || (how & 0x80) ? 1 : asked,
		.ci = 0x72,
		.data = { data, size } };
	return mg_frame_build(&frame, bytes, MG_FRAME_MAX);
}

static bool asks_data(const struct world *world)
{
	uint8_t c = world->request[1];
	return world->request_size == 5 &&
		   ((c & C_MASK) == MG_C_REQ_UD2 || (c & C_MASK) == MG_C_REQ_UD1);
}

/* As a meter does. */
static void answer_well(struct world *world, uint8_t how, int64_t at)
{
	uint8_t bytes[MG_FRAME_MAX] = { 0xE5 };
	size_t size = asks_data(world) ? telegram(world, how, bytes) : 1;
	add_piece(world, bytes, size, at);
}

static void answer_raw(struct world *world, int64_t at)
{
	size_t size;
	const uint8_t *bytes =
			fuzz_take(&world->input, fuzz_byte(&world->input) % RAW_MAX, &size);
	add_piece(world, bytes, size, at);
}

/* A telegram in two pieces, of which the second may be missing. */
static void answer_cut(struct world *world, int64_t at)
{
	uint8_t bytes[MG_FRAME_MAX];
	size_t size = telegram(world, fuzz_byte(&world->input), bytes);
	size_t first = fuzz_byte(&world->input) % size;
	uint8_t pause = fuzz_byte(&world->input);
	add_piece(world, bytes, first, at);
	if (pause < 0xF0) {
		add_piece(world, bytes + first, size - first, at + pause * MILLISECOND);
	}
}

static void answer_flags(struct world *world)
{
	uint8_t flags = fuzz_byte(&world->input);
	for (size_t i = 0; i < world->piece_count; i++) {
		world->pieces[i].flags = flags & (MG_RX_PARITY | MG_RX_BREAK);
	}
}

static void disturb(struct world *world, uint8_t what)
{
	if (what & 1) {
		master_cancel(&world->master, world->submitted > 0 ? what % world->submitted : 0);
	} else if (what & 2) {
		world->piece_count = 0;
		world->handed_at = EXCHANGE_NEVER;
		master_abort(&world->master, BUS_NOT_OPEN, "the port is gone", world->now);
		exchange_reopened(&world->exchange);
		master_forget(&world->master);
	} else {
		submit(world);
	}
}

/* What the line answers to the request that has just left. */
static void answer(struct world *world, int64_t left_at)
{
	uint8_t what = fuzz_byte(&world->input);
	int64_t at = left_at + (1 + fuzz_byte(&world->input)) * 2 * MILLISECOND;
	if (what & 0x80) {
		add_piece(world, world->request, world->request_size, at - MILLISECOND);
	}
	switch (what & 7) {
	case 1:
	case 2:
		answer_well(world, fuzz_byte(&world->input), at);
		break;
	case 3:
		answer_raw(world, at);
		break;
	case 4:
		answer_cut(world, at);
		break;
	case 5:
		answer_well(world, 0, at);
		answer_raw(world, at + fuzz_byte(&world->input) * MILLISECOND);
		break;
	case 6:
		world->unsent_until = world->now + fuzz_byte(&world->input) * 30 * MILLISECOND;
		break;
	default:
		break;
	}
	if (what & 0x40) {
		answer_flags(world);
	}
	if ((what & 0x38) == 0x38) {
		disturb(world, fuzz_byte(&world->input));
	}
}

/* Only a meter that acknowledged its selection, and it alone, may be told anything at
   253. */
static void check_selection(struct world *world)
{
	const uint8_t *bytes = world->request;
	struct mg_frame frame;
	size_t length;
	if (mg_frame_parse(bytes, world->request_size, &frame, &length) != MG_FAULT_NONE) {
		return;
	}
	bool nke = frame.type == MG_FRAME_SHORT && frame.c == MG_C_SND_NKE;
	bool selects = frame.type == MG_FRAME_LONG && frame.ci == CI_SELECT;
	if (nke && frame.a >= MG_A_SELECTED) {
		world->selected = false;
	}
	const struct job *job = world->master.job;
	bool raw = job != NULL && job->procedure != NULL &&
			   job->procedure->order.kind == PROCEDURE_SEND;
	if (frame.type == MG_FRAME_LONG && frame.a == MG_A_SELECTED && !selects && !raw) {
		FUZZ_REQUIRE(world->selected);
	}
	world->selected = world->selected && !selects;
}

/* The rest of the line before a request; who talks without end is not waited for. */
static void check_rest(const struct world *world)
{
	int64_t rest = timing_rest(&world->exchange.pace);
	FUZZ_REQUIRE(world->now - world->heard_at >= rest ||
				 world->now >= world->exchange.drain_end);
}

static bool send_out(struct world *world)
{
	const uint8_t *bytes;
	size_t size = exchange_output(&world->exchange, &bytes, world->now);
	if (size == 0) {
		return false;
	}
	FUZZ_REQUIRE(size <= MG_FRAME_MAX);
	FUZZ_REQUIRE(world->exchange.sends <= world->exchange.most);
	FUZZ_REQUIRE(world->exchange.most <= SENDS_MAX);
	FUZZ_REQUIRE(outcomes(&world->counters) + 1 == world->counters.requests);
	check_rest(world);
	memcpy(world->request, bytes, size);
	world->request_size = size;
	world->piece_count = 0;
	check_selection(world);
	master_sends(&world->master, world->now);
	uint8_t held = fuzz_byte(&world->input);
	world->handed_at = world->now + (held < 0xF0 ? 0 : (held & 15) * 400 * MILLISECOND);
	return true;
}

static void hand_over(struct world *world)
{
	world->handed_at = EXCHANGE_NEVER;
	exchange_sent(&world->exchange, world->now);
	int64_t left_at =
			world->now + timing_bytes(&world->exchange.pace, world->request_size);
	world->heard_at = left_at;
	answer(world, left_at);
}

static void deliver(struct world *world)
{
	struct piece piece = world->pieces[0];
	world->piece_count--;
	memmove(world->pieces, world->pieces + 1,
			world->piece_count * sizeof(world->pieces[0]));
	uint8_t *bytes = fuzz_copy(piece.bytes, piece.size);
	size_t useless =
			exchange_input(&world->exchange, bytes, piece.size, piece.flags, world->now);
	free(bytes);
	FUZZ_REQUIRE(useless <= sizeof(world->exchange.link.bytes) + piece.size);
	world->heard_at = world->now > world->heard_at ? world->now : world->heard_at;
}

static void tick(struct world *world)
{
	if (world->now >= exchange_deadline(&world->exchange)) {
		size_t left = world->now < world->unsent_until ? 1 : 0;
		exchange_unsent(&world->exchange, left, world->now);
	}
	exchange_tick(&world->exchange, world->now);
}

static int64_t next_time(const struct world *world)
{
	int64_t next = exchange_busy(&world->exchange)
						   ? exchange_deadline(&world->exchange)
						   : master_when(&world->master, world->now);
	next = world->handed_at < next ? world->handed_at : next;
	if (world->piece_count > 0 && world->pieces[0].at < next) {
		next = world->pieces[0].at;
	}
	return next;
}

/* After a selection that was acknowledged its meter is the one that hears 253. When it is
   told to go back to its old speed, the acknowledgement may have come damaged. */
static void note_selection(struct world *world)
{
	const struct exchange *exchange = &world->exchange;
	const struct job *job = world->master.job;
	bool goes_back = job != NULL && job->procedure != NULL &&
					 job->procedure->order.kind == PROCEDURE_SET_BAUD &&
					 exchange->outcome == EXCHANGE_BAD;
	if (!exchange_busy(exchange) && (exchange->outcome == EXCHANGE_ACK || goes_back) &&
			exchange->request_size > 6 && exchange->request[6] == CI_SELECT) {
		world->selected = true;
	}
}

/* One thing that happens now; false when time has to go on. */
static bool turn(struct world *world)
{
	note_selection(world);
	if (world->exchange.state != EXCHANGE_STATE_SENDING) {
		world->handed_at = EXCHANGE_NEVER; /* given up: the transport drops it */
	}
	if (master_advance(&world->master, world->now)) {
		FUZZ_REQUIRE(exchange_busy(&world->exchange) ||
					 outcomes(&world->counters) == world->counters.requests);
		return true;
	}
	if (send_out(world)) {
		return true;
	}
	if (world->handed_at <= world->now) {
		hand_over(world);
		return true;
	}
	if (world->piece_count > 0 && world->pieces[0].at <= world->now) {
		deliver(world);
		return true;
	}
	return false;
}

/* True while something that was begun is not over. */
static bool goes_on(struct world *world)
{
	if (world->input.left > 0) {
		return true;
	}
	if (world->silent_from == 0) {
		world->silent_from = world->counters.requests + 1;
	}
	FUZZ_REQUIRE(world->counters.requests - world->silent_from + 1 <
				 SILENT_REQUESTS_MAX * (world->submitted + ADDRESSES + 1));
	return master_busy(&world->master) || world->master.jobs.count > 0;
}

static void run(struct world *world)
{
	for (unsigned idle = 0; goes_on(world); idle++) {
		FUZZ_REQUIRE(idle < IDLE_TURNS_MAX);
		uint64_t requests = world->counters.requests;
		if (turn(world)) {
			idle = requests != world->counters.requests ? 0 : idle;
			continue;
		}
		int64_t next = next_time(world);
		if (next == EXCHANGE_NEVER) {
			FUZZ_REQUIRE(!master_busy(&world->master));
			return;
		}
		idle = next > world->now ? 0 : idle;
		world->now = next > world->now ? next : world->now;
		tick(world);
	}
}

static void set_up(struct world *world, const struct bus_init *init)
{
	static const uint32_t bauds[] = { 300, 2400, 9600, 38400 };
	const struct master_user user = {
		.data = world, .read = readout_over, .worked = task_over
	};
	uint8_t how = fuzz_byte(&world->input), devices = fuzz_byte(&world->input);
	const struct bus_settings settings = { .name = "bus",
		.line = { .size = sizeof(settings.line),
				.baud = bauds[how & 3],
				.data_bits = 8,
				.parity = 'E',
				.stop_bits = 1 },
		.latency = (how & 4) ? 20 : BUS_LATENCY_AUTO,
		.tries = 1 + (how >> 3) % TRIES_MAX,
		.tries_bad = (how & 0x80) ? SENDS_MAX : 0,
		.telegrams = TELEGRAMS_MAX,
		.silent_max = HOUR };
	timing_init(&world->timing, &settings.line, settings.latency);
	exchange_init(&world->exchange, &world->timing, &world->counters);
	master_init(&world->master, &world->exchange, &settings, &user);
	for (size_t i = 0; i < ADDRESSES; i++) {
		const struct bus_device_settings device = { .name = "device",
			.label = "",
			.address = addresses[i],
			.interval = HOUR,
			.max_reads_per_day = i == 0 ? 2 : 0,
			.init = i == 1 || i == 4 ? init : NULL };
		if (devices >> i & 1) {
			FUZZ_REQUIRE(master_add_device(&world->master, &device,
								 (int64_t)HOUR * MILLISECOND) != NULL);
		}
	}
	schedule_restart(&world->master.schedule, world->now);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct bus_init init = { .count = 2,
		.steps = { { .nke = true }, { .ci = 0x51, .size = 2, .data = { 0x08, 0x13 } } } };
	struct world *world = calloc(1, sizeof(*world));
	FUZZ_REQUIRE(world != NULL);
	world->input = (struct fuzz_input){ data, size };
	world->now = (int64_t)NOON * SECOND;
	world->heard_at = -SECOND;
	world->handed_at = EXCHANGE_NEVER;
	set_up(world, &init);
	for (unsigned jobs = fuzz_byte(&world->input) & 3; jobs > 0; jobs--) {
		submit(world);
	}
	run(world);
	FUZZ_REQUIRE(!master_busy(&world->master) && !exchange_busy(&world->exchange));
	FUZZ_REQUIRE(world->done == world->submitted);
	FUZZ_REQUIRE(outcomes(&world->counters) == world->counters.requests);
	master_finish(&world->master);
	free(world);
	return 0;
}
