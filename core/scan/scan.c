/* SPDX-License-Identifier: MIT */
/* Finds the meters of a bus: sweeps or searches, at one speed after the other. */
#include "scan/scan.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "scan/scan_check.h"
#include "scan/search.h"
#include "scan/sweep.h"

/* The longest name of a bus in a token. */
#define TOKEN_BUS_MAX 64
#define TOKEN_BUS "64"
#define TOKEN_BEFORE_MAX 999999999u
#define HASH_BEGIN UINT32_C(2166136261)

/* What the machine of one speed can do. */
struct machine {
	void *(*create)(struct scan *scan, const char *resume);
	void (*destroy)(void *machine);
	enum task_next (*ask)(void *machine, int64_t now);
	void (*take)(void *machine, bool *yields, int64_t now);
	void (*token)(const void *machine, char *token, size_t size);
};

static void *create_sweep(struct scan *scan, const char *resume)
{
	return sweep_create(scan, resume);
}

static void destroy_sweep(void *machine)
{
	sweep_destroy(machine);
}

static enum task_next ask_sweep(void *machine, int64_t now)
{
	return sweep_ask(machine, now);
}

static void take_sweep(void *machine, bool *yields, int64_t now)
{
	sweep_take(machine, yields, now);
}

static void token_sweep(const void *machine, char *token, size_t size)
{
	sweep_token(machine, token, size);
}

static void *create_search(struct scan *scan, const char *resume)
{
	return search_create(scan, resume);
}

static void destroy_search(void *machine)
{
	search_destroy(machine);
}

static enum task_next ask_search(void *machine, int64_t now)
{
	return search_ask(machine, now);
}

static void take_search(void *machine, bool *yields, int64_t now)
{
	search_take(machine, yields, now);
}

static void token_search(const void *machine, char *token, size_t size)
{
	search_token(machine, token, size);
}

static const struct machine machines[] = {
	[SCAN_PRIMARY] = { create_sweep, destroy_sweep, ask_sweep, take_sweep, token_sweep },
	[SCAN_SECONDARY] = { create_search, destroy_search, ask_search, take_search,
			token_search },
};
static const char letters[] = { [SCAN_PRIMARY] = 'p', [SCAN_SECONDARY] = 's' };

static const struct machine *machine_of(const struct scan *scan)
{
	return &machines[scan->order.kind];
}

static size_t speeds(const struct scan *scan)
{
	return scan->order.baud_count > 0 ? scan->order.baud_count : 1;
}

static uint32_t speed(const struct scan *scan)
{
	return scan->order.baud_count > 0 ? scan->order.bauds[scan->baud_at]
									  : scan->exchange->timing->baud;
}

static uint32_t mix(uint32_t hash, const void *bytes, size_t size)
{
	const uint8_t *byte = bytes;
	for (size_t i = 0; i < size; i++) {
		hash = (hash ^ byte[i]) * UINT32_C(16777619);
	}
	return hash;
}

/* What the order covers, as a hash (FNV-1a); how it goes about that does not matter. */
static uint32_t order_hash(const struct scan_order *order)
{
	uint8_t mask[8];
	mg_identity_put(&order->mask, mask);
	uint8_t hex = order->hex;
	uint32_t hash = mix(HASH_BEGIN, order->bauds, order->baud_count * sizeof(uint32_t));
	hash = mix(hash, &hex, sizeof(hex));
	return order->kind == SCAN_PRIMARY
				   ? mix(hash, order->addresses, sizeof(order->addresses))
				   : mix(hash, mask, sizeof(mask));
}

static bool refuse(struct scan *scan, const char *format, ...)
		__attribute__((format(printf, 2, 3)));
static bool refuse(struct scan *scan, const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	vsnprintf(scan->reason, sizeof(scan->reason), format, arguments);
	va_end(arguments);
	return false;
}

static const char *bus_of(const struct scan *scan)
{
	return scan->order.bus != NULL ? scan->order.bus : "-";
}

/* What a token says of its scan, in front of the part of the machine. */
struct head {
	char letter;
	unsigned at; /* which of the speeds */
	uint32_t hash;
	unsigned before;
	uint32_t port; /* hash */
	char bus[TOKEN_BUS_MAX + 1];
};

static uint32_t port_hash(const struct scan *scan)
{
	const char *port = scan->order.port != NULL ? scan->order.port : "";
	return mix(HASH_BEGIN, port, strlen(port));
}

/* Reads "p.1.89abcdef.12.01234567.cellar:REST"; *rest is where the machine's own part
   begins. */
static bool read_head(const char *token, struct head *head, const char **rest)
{
	int end = 0;
	if (sscanf(token,
				"%c.%2u.%8" SCNx32 ".%9u.%8" SCNx32 ".%" TOKEN_BUS "[A-Za-z0-9._-]%n",
				&head->letter, &head->at, &head->hash, &head->before, &head->port,
				head->bus, &end) != 6 ||
			(token[end] != ':' && token[end] != '\0') ||
			head->before > TOKEN_BEFORE_MAX) {
		return false;
	}
	*rest = token + end + (token[end] == ':');
	return memchr(letters, head->letter, sizeof(letters)) != NULL;
}

/* A bus may be named by its port alone, and an adapter may come back at another port. */
static bool is_elsewhere(const struct scan *scan, const struct head *head)
{
	bool same_port = scan->order.port != NULL && head->port == port_hash(scan);
	return !same_port && strcmp(head->bus, bus_of(scan)) != 0;
}

static bool read_token(struct scan *scan, const char *token, const char **rest)
{
	struct head head;
	enum scan_kind kind = scan->order.kind;
	if (!read_head(token, &head, rest)) {
		return refuse(scan, "this is no token of a scan: give it as the scan printed it");
	}
	if (is_elsewhere(scan, &head)) {
		return refuse(scan, "the token is of another bus: %s, and this is %s", head.bus,
				bus_of(scan));
	}
	if (head.letter != letters[kind]) {
		return refuse(scan, "the token is of a %s",
				kind == SCAN_PRIMARY
						? "secondary scan: add --secondary"
						: "primary scan: leave out --secondary and the mask");
	}
	if (head.hash != order_hash(&scan->order) || head.at >= speeds(scan)) {
		return refuse(scan,
				"the token is of a scan with other %s or speeds: repeat that "
				"command, and add only the token",
				kind == SCAN_PRIMARY ? "addresses" : "masks");
	}
	scan->baud_at = head.at;
	scan->before = head.before;
	return true;
}

static bool begin_machine(struct scan *scan, const char *resume)
{
	scan->progress.baud = scan->release_baud = speed(scan);
	scan->machine = machine_of(scan)->create(scan, resume);
	if (scan->machine != NULL) {
		scan_check_mark(scan);
		return true;
	}
	return scan->reason[0] != '\0' ? false : refuse(scan, "out of memory");
}

/* Meters that were selected must not take what is said to others for theirs. */
static enum task_next part(struct task *task, int64_t now)
{
	struct scan *scan = (struct scan *)task;
	const struct mg_frame frame = {
		.type = MG_FRAME_SHORT, .c = MG_C_SND_NKE, .a = MG_A_SELECTED
	};
	const struct exchange_ask ask = {
		.frame = &frame, .expects = EXCHANGE_EXPECT_ACK, .baud = scan->release_baud
	};
	if (scan->order.kind != SCAN_SECONDARY) {
		return TASK_OVER;
	}
	exchange_begin(scan->exchange, &ask, now);
	return TASK_EXCHANGE;
}

static bool leaves_selected(const struct scan *scan)
{
	return scan->order.kind == SCAN_SECONDARY && scan->answered;
}

static void next_speed(struct scan *scan)
{
	scan->done = scan->baud_at + 1 >= speeds(scan);
	if (!scan->done) {
		scan->baud_at++;
		begin_machine(scan, NULL);
	}
}

/* The machine of a speed goes on. When it has nothing to do it is gone, unless it had to
   give up: then it stays where it is, and the token says how far it was. */
static enum task_next ask_machine(struct scan *scan, int64_t now)
{
	scan->release_baud = scan->progress.baud;
	enum task_next next = machine_of(scan)->ask(scan->machine, now);
	if (next == TASK_OVER && scan->reason[0] == '\0') {
		scan->step = leaves_selected(scan) ? SCAN_RELEASES : SCAN_PROBES;
		machine_of(scan)->destroy(scan->machine);
		scan->machine = NULL;
	}
	return next;
}

static enum task_next ask(struct task *task, int64_t now)
{
	struct scan *scan = (struct scan *)task;
	while (!scan->done && scan->reason[0] == '\0') {
		if (scan->step == SCAN_RELEASES) {
			return part(task, now);
		}
		if (scan->step == SCAN_CHECKS || (task->yields && scan_check_is_due(scan))) {
			scan->step = SCAN_CHECKS;
			scan_check_ask(scan, now);
			return TASK_EXCHANGE;
		}
		if (scan->machine == NULL) {
			next_speed(scan);
			continue;
		}
		enum task_next next = ask_machine(scan, now);
		if (next != TASK_OVER) {
			return next;
		}
	}
	return TASK_OVER;
}

static void take(struct task *task, int64_t now)
{
	struct scan *scan = (struct scan *)task;
	scan->answered = scan->exchange->outcome != EXCHANGE_SILENT;
	switch (scan->step) {
	case SCAN_PROBES:
		machine_of(scan)->take(scan->machine, &task->yields, now);
		scan_check_count(scan);
		return;
	case SCAN_CHECKS:
		if (scan_check_take(scan)) {
			scan->step = leaves_selected(scan) ? SCAN_RELEASES : SCAN_PROBES;
		}
		break;
	case SCAN_RELEASES:
		scan->step = SCAN_PROBES;
		break;
	}
	task->yields = true;
}

/* The machine stays: where it is goes into the token. */
static void stop(struct task *task, int64_t now)
{
	(void)now;
	task->yields = true;
}

static const struct task_ops ops = {
	.ask = ask, .take = take, .part = part, .stop = stop
};

struct scan *scan_create(struct exchange *exchange, const struct scan_order *order,
		const struct scan_user *user)
{
	struct scan *scan = calloc(1, sizeof(*scan));
	if (scan == NULL) {
		return NULL;
	}
	scan->task = (struct task){ .ops = &ops, .yields = true };
	scan->exchange = exchange;
	scan->order = *order;
	scan->order.resume = NULL;
	scan->user = user != NULL ? *user : (struct scan_user){ .data = NULL };
	scan->progress.time_left = -1;
	/* All of it at once, since what was found must not move; pages cost when used. */
	scan->room = SCAN_FOUND_MAX;
	scan->found = malloc(scan->room * sizeof(scan->found[0]));
	if (scan->found == NULL) {
		scan_destroy(scan);
		return NULL;
	}
	const char *rest = NULL;
	if (order->resume == NULL || read_token(scan, order->resume, &rest)) {
		begin_machine(scan, rest != NULL && rest[0] != '\0' ? rest : NULL);
	}
	return scan;
}

void scan_destroy(struct scan *scan)
{
	if (scan == NULL) {
		return;
	}
	if (scan->machine != NULL) {
		machine_of(scan)->destroy(scan->machine);
	}
	free(scan->found);
	free(scan);
}

static bool same_identity(const struct mg_identity *a, const struct mg_identity *b)
{
	return a->id == b->id && a->manufacturer == b->manufacturer &&
		   a->version == b->version && a->medium == b->medium;
}

/* A meter that follows every speed answers at each: it is the same by its identity only.
 */
static bool is_same(const struct scan_found *a, const struct scan_found *b)
{
	if (a->secondary != b->secondary || a->address != b->address ||
			a->has_identity != b->has_identity) {
		return false;
	}
	return a->has_identity ? same_identity(&a->identity, &b->identity)
						   : a->baud == b->baud;
}

static bool is_known(const struct scan *scan, const struct scan_found *found)
{
	for (size_t i = 0; found->has_identity && i < scan->order.known_count; i++) {
		if (same_identity(&scan->order.known[i], &found->identity)) {
			return true;
		}
	}
	return false;
}

struct scan_found *scan_add(struct scan *scan, const struct scan_found *found)
{
	for (size_t i = 0; i < scan->count; i++) {
		if (is_same(&scan->found[i], found)) {
			return &scan->found[i];
		}
	}
	if (scan->count == scan->room) {
		scan->overflow++;
		return NULL;
	}
	struct scan_found *added = &scan->found[scan->count++];
	*added = *found;
	added->known = found->known || is_known(scan, found);
	scan->progress.found = scan->count;
	scan_changed(scan, added);
	return added;
}

void scan_changed(struct scan *scan, const struct scan_found *found)
{
	if (scan->user.found != NULL) {
		scan->user.found(scan->user.data, found);
	}
}

void scan_tell(struct scan *scan)
{
	if (scan->user.progress != NULL) {
		scan->user.progress(scan->user.data, &scan->progress);
	}
}

const char *scan_token(const struct scan *scan, char token[SCAN_TOKEN_SIZE])
{
	token[0] = '\0';
	if (scan->fell_silent) {
		memcpy(token, scan->check.token, SCAN_TOKEN_SIZE);
		return token;
	}
	/* Between two speeds, with a check or a release, it goes on at the next one. */
	size_t at = scan->baud_at + (scan->machine == NULL);
	if (at >= speeds(scan)) {
		return token;
	}
	int length = snprintf(token, SCAN_TOKEN_SIZE,
			"%c.%zu.%08" PRIx32 ".%zu.%08" PRIx32 ".%s:", letters[scan->order.kind], at,
			order_hash(&scan->order), scan->before + scan->count, port_hash(scan),
			bus_of(scan));
	if (scan->machine != NULL) {
		machine_of(scan)->token(
				scan->machine, token + length, SCAN_TOKEN_SIZE - (size_t)length);
	}
	/* A stop at its end would be left behind by who copies it. */
	size_t size = strlen(token);
	if (token[size - 1] == '.' || token[size - 1] == ':') {
		token[size - 1] = '\0';
	}
	return token;
}
