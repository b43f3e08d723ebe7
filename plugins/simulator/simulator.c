/* SPDX-License-Identifier: MIT */
/* The transport "simulator": a bus with simulated meters inside the process. */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <metergate/plugin.h>

#include "log.h"
#include "slaves.h"
#include "wire.h"

#define DEFAULT_BAUD 2400
#define DEFAULT_BITS 11

/* A bus that is open: its meters live on a thread of their own, behind a socketpair. */
struct bus {
	struct wire wire;
	struct slaves slaves;
	struct literals literals;
	struct log log;
	pthread_t thread;
	int stop_fd;
};

struct simulator {
	struct mg_instance instance;
	int64_t meters, first_address, multi, seed, delay;
	bool pacing;
	const char *telegrams, *log;
	struct mg_list dead;
	struct bus *bus;
};

static const struct mg_option options[] = {
	MG_INT(struct simulator, meters, "meters", "0", 0, SLAVES_MAX,
			"how many meters; 0: one for each line of telegrams, or 3 without that"),
	MG_INT(struct simulator, first_address, "first_address", "1", 0, MG_A_PRIMARY_LAST,
			"primary address of the first made-up meter; the others follow"),
	MG_INT(struct simulator, multi, "multi", "0", 0, SLAVES_MAX,
			"how many made-up meters send their data in several telegrams"),
	MG_LIST(struct simulator, dead, "dead", NULL, "addresses that never answer"),
	MG_STRING(struct simulator, telegrams, "telegrams", NULL,
			"file with one telegram a line in hex, for one meter each; + joins several"),
	MG_BOOL(struct simulator, pacing, "pacing", "yes",
			"whether bytes take their time, as on a wire of the bus's speed"),
	MG_DURATION(struct simulator, delay, "delay", "0ms", 0, 60000,
			"further time that a meter takes before it answers"),
	MG_STRING(struct simulator, log, "log", NULL,
			"file to which each request and answer is appended, a line of JSON each"),
	MG_INT(struct simulator, seed, "seed", "0", 0, 0x7FFFFFFF,
			"other values give other meters; 0: from the name of the bus"),
};

static void note_answer(
		void *data, const struct meter *meter, const struct telegram *answer, bool alone)
{
	void **context = data;
	log_answer(context[0], *(const struct mg_bytes *)context[1], meter, answer, alone);
}

static size_t answer_frame(void *data, struct mg_bytes request,
		const struct mg_frame *frame, uint8_t answer[MG_FRAME_MAX])
{
	struct bus *bus = data;
	void *context[2] = { &bus->log, &request };
	log_request(&bus->log, request);
	return slaves_take(
			&bus->slaves, frame, (int64_t)time(NULL), answer, note_answer, context);
}

static void *serve(void *data)
{
	struct bus *bus = data;
	wire_run(&bus->wire);
	return NULL;
}

/* FNV-1a: the same name always gives the same meters, other names others. */
static uint32_t seed_from(const char *name)
{
	uint32_t hash = 2166136261u;
	for (; *name != '\0'; name++) {
		hash = (hash ^ (unsigned char)*name) * 16777619u;
	}
	return hash;
}

static bool parse_dead(const struct simulator *self, uint8_t dead[SLAVES_MAX])
{
	for (size_t i = 0; i < self->dead.count; i++) {
		char *end;
		unsigned long address = strtoul(self->dead.items[i], &end, 10);
		if (*end != '\0' || address > MG_A_PRIMARY_LAST || i >= SLAVES_MAX) {
			self->instance.gw->reason(self->instance.host, EINVAL,
					"dead: \"%s\" is no primary address (0 to %d)", self->dead.items[i],
					MG_A_PRIMARY_LAST);
			return false;
		}
		dead[i] = (uint8_t)address;
	}
	return true;
}

static bool load_telegrams(const struct simulator *self, struct bus *bus)
{
	char error[LITERALS_ERROR_SIZE];
	if (self->telegrams == NULL) {
		return true;
	}
	if (!literals_load(&bus->literals, self->telegrams, error)) {
		self->instance.gw->reason(
				self->instance.host, 0, "telegrams: %s: %s", self->telegrams, error);
		return false;
	}
	if (self->meters > 0 && (size_t)self->meters < bus->literals.count) {
		self->instance.gw->log(self->instance.host, MG_LOG_WARNING,
				"meters = %lld: the last %zu lines of %s are not used",
				(long long)self->meters, bus->literals.count - (size_t)self->meters,
				self->telegrams);
	}
	return true;
}

/* A telegram whose address is taken can be had by its secondary address only: say so. */
static void warn_unaddressed(const struct simulator *self, const struct slaves *slaves)
{
	for (size_t i = 0; i < slaves->count; i++) {
		char text[MG_IDENTITY_SIZE];
		const struct meter *meter = &slaves->meters[i];
		if (meter->address != METER_NO_ADDRESS) {
			continue;
		}
		self->instance.gw->log(self->instance.host, MG_LOG_WARNING,
				"telegram %zu: its address is none or taken; ask for %s", i + 1,
				meter->selectable ? mg_identity_text(&meter->identity, text)
								  : "another one, it has no identity either");
	}
}

static bool place_meters(const struct simulator *self, struct bus *bus)
{
	char error[SLAVES_ERROR_SIZE];
	uint8_t dead[SLAVES_MAX];
	const struct mg_services *gw = self->instance.gw;
	struct slaves_plan plan = { .count = (size_t)self->meters,
		.first_address = (int)self->first_address,
		.multi = (size_t)self->multi,
		.seed = (uint32_t)self->seed,
		.literals = &bus->literals,
		.dead = dead,
		.dead_count = self->dead.count };
	if (plan.seed == 0) {
		plan.seed = seed_from(gw->instance_name(self->instance.host));
	}
	if (!parse_dead(self, dead) || !load_telegrams(self, bus)) {
		return false;
	}
	if (!slaves_init(&bus->slaves, &plan, error)) {
		gw->reason(self->instance.host, EINVAL, "%s", error);
		return false;
	}
	warn_unaddressed(self, &bus->slaves);
	return true;
}

static void close_fd(int fd)
{
	if (fd >= 0) {
		close(fd);
	}
}

static void destroy_bus(struct bus *bus)
{
	close_fd(bus->wire.fd);
	close_fd(bus->stop_fd);
	log_finish(&bus->log);
	slaves_finish(&bus->slaves);
	literals_finish(&bus->literals);
	free(bus);
}

static struct bus *create_bus(const struct simulator *self)
{
	struct bus *bus = calloc(1, sizeof(*bus));
	if (bus == NULL) {
		return NULL;
	}
	bus->stop_fd = bus->log.fd = -1;
	bus->wire = (struct wire){ .fd = -1,
		.stop_fd = -1,
		.pacing = self->pacing,
		.delay_us = self->delay * 1000,
		.fn = answer_frame,
		.data = bus };
	wire_set_line(&bus->wire, DEFAULT_BAUD, DEFAULT_BITS);
	return bus;
}

static bool open_log(const struct simulator *self, struct bus *bus)
{
	const struct mg_services *gw = self->instance.gw;
	int error = log_init(&bus->log, self->log, gw->instance_name(self->instance.host));
	if (error != 0) {
		gw->reason(self->instance.host, -error, "log: %s cannot be written", self->log);
	}
	return error == 0;
}

/* The bus's end of the socketpair goes to *fd. */
static bool start_thread(const struct simulator *self, struct bus *bus, int *fd)
{
	int ends[2];
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends) < 0) {
		self->instance.gw->reason(self->instance.host, errno, "no socketpair");
		return false;
	}
	bus->wire.fd = ends[1];
	bus->stop_fd = bus->wire.stop_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	int error = bus->stop_fd < 0 ? errno : pthread_create(&bus->thread, NULL, serve, bus);
	if (error != 0) {
		self->instance.gw->reason(self->instance.host, error, "no thread for the meters");
		close(ends[0]);
		return false;
	}
	*fd = ends[0];
	return true;
}

static int simulator_open(void *data, struct mg_link *link)
{
	struct simulator *self = data;
	struct bus *bus = create_bus(self);
	if (bus == NULL) {
		self->instance.gw->reason(self->instance.host, ENOMEM, "out of memory");
		return MG_RETRY;
	}
	if (!place_meters(self, bus) || !open_log(self, bus)) {
		destroy_bus(bus);
		return MG_REJECT;
	}
	if (!start_thread(self, bus, &link->fd)) {
		destroy_bus(bus);
		return MG_RETRY;
	}
	self->bus = bus;
	return MG_OK;
}

static void simulator_close(void *data, int fd)
{
	struct simulator *self = data;
	eventfd_write(self->bus->stop_fd, 1);
	pthread_join(self->bus->thread, NULL);
	if (self->bus->log.lost > 0) {
		self->instance.gw->count(
				self->instance.host, "log_lines_lost", self->bus->log.lost);
	}
	destroy_bus(self->bus);
	self->bus = NULL;
	close(fd);
}

/* The meters follow any speed, like those that recognise it by themselves. */
static int simulator_set_line(void *data, int fd, const struct mg_line *line)
{
	struct simulator *self = data;
	(void)fd;
	if (line->baud < 300 || line->baud > 38400) {
		self->instance.gw->reason(self->instance.host, EINVAL,
				"%u baud: 300 to 38400 are possible", line->baud);
		return MG_REJECT;
	}
	wire_set_line(&self->bus->wire, line->baud,
			1u + line->data_bits + (line->parity != 'N') + line->stop_bits);
	return MG_OK;
}

static const struct mg_transport transport = {
	.size = sizeof(struct mg_transport),
	.instance_size = sizeof(struct simulator),
	.options = MG_OPTIONS(options),
	.open = simulator_open,
	.close = simulator_close,
	.set_line = simulator_set_line,
};

const struct mg_plugin metergate_plugin = {
	MG_PLUGIN_HEADER,
	.name = "simulator",
	.version = METERGATE_VERSION,
	.summary = "a bus with simulated meters, to try everything without hardware",
	.transport = &transport,
};
