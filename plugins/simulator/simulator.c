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
#include "plan.h"
#include "slaves.h"
#include "wire.h"

#define DELAY_MAX 60000 /* ms */

/* A bus that is open: its meters live on a thread of their own, behind a socketpair. */
struct bus {
	struct wire_settings settings;
	struct wire wire;
	struct slaves slaves;
	struct literals literals;
	struct log log;
	pthread_t thread;
	bool baud_of_line; /* the meters wait for their speed */
};

struct simulator {
	struct mg_instance instance;
	struct plan_options plan;
	const char *telegrams, *log;
	struct bus *bus;
};

static const struct mg_option options[] = {
	MG_INT(struct simulator, plan.meters, "meters", "0", 0, SLAVES_MAX,
			"how many meters; 0: one for each line of telegrams, or 3 without that"),
	MG_INT(struct simulator, plan.first_address, "first_address", "1", 0,
			MG_A_PRIMARY_LAST,
			"primary address of the first made-up meter; the others follow"),
	MG_INT(struct simulator, plan.multi, "multi", "0", 0, SLAVES_MAX,
			"how many made-up meters send their data in several telegrams"),
	MG_INT(struct simulator, plan.together, "together", "0", 0, SLAVES_MAX,
			"how many made-up meters share the first address, as new ones do"),
	MG_INT(struct simulator, plan.secondary, "secondary", "0", 0, SLAVES_MAX,
			"how many made-up meters have a secondary address only"),
	MG_STRING(struct simulator, plan.numbers, "numbers", NULL,
			"numbers of made-up meters: spread, random, consecutive or same; the last "
			"two also as same:12345678"),
	MG_LIST(struct simulator, plan.manufacturers, "manufacturers", NULL,
			"of made-up meters, in turn: XSM ABC; XSM by default"),
	MG_LIST(struct simulator, plan.dead, "dead", NULL, "addresses that never answer"),
	MG_LIST(struct simulator, plan.quirks, "quirks", NULL,
			"what meters do wrong: 5:late-ack, 12345678:stuck-fcb+busy, *:mute-reset"),
	MG_LIST(struct simulator, plan.alarm, "alarm", NULL,
			"meters with an alarm, with its byte: 5:4"),
	MG_LIST(struct simulator, plan.clock, "clock", NULL,
			"meters whose clock is wrong, and by how many seconds: 5:-90"),
	MG_STRING(struct simulator, telegrams, "telegrams", NULL,
			"file with one telegram a line in hex, for one meter each; + joins several"),
	MG_STRING(struct simulator, plan.meter_baud, "meter_baud", NULL,
			"speed of the meters, or any: they follow each; by default that of the bus"),
	MG_LIST(struct simulator, plan.meter_bauds, "meter_bauds", "300 2400 9600",
			"speeds that the meters can be switched to"),
	MG_BOOL(struct simulator, plan.pacing, "pacing", "yes",
			"whether bytes take their time, as on a wire of the bus's speed"),
	MG_DURATION(struct simulator, plan.delay, "delay", "0ms", 0, DELAY_MAX,
			"further time that a meter takes before it answers"),
	MG_DURATION(struct simulator, plan.delay_max, "delay_max", "0ms", 0, DELAY_MAX,
			"each meter takes another time of its own, from delay up to this"),
	MG_DURATION(struct simulator, plan.jitter, "jitter", "0ms", 0, DELAY_MAX,
			"each answer comes up to so much later"),
	MG_DURATION(struct simulator, plan.block, "block", "16ms", 0, 1000,
			"for how long bytes gather, as in a USB adapter; 0: they come one by one"),
	MG_STRING(struct simulator, plan.disturbed, "disturbed", NULL,
			"characters with one bit turned: 1%, or how many of a million"),
	MG_STRING(struct simulator, plan.lost, "lost", NULL,
			"characters that vanish: 0.1%, or how many of a million"),
	MG_BOOL(struct simulator, plan.echo, "echo", "no",
			"whether the level converter returns what the master sends"),
	MG_BOOL(struct simulator, plan.breaks, "breaks", "no",
			"whether the level converter answers a collision with a break of 50 ms"),
	MG_STRING(struct simulator, log, "log", NULL,
			"file to which each request and answer is appended, a line of JSON each"),
	MG_INT(struct simulator, plan.seed, "seed", "0", 0, 0x7FFFFFFF,
			"other values give other meters; 0: from the name of the bus"),
};

static void on_event(void *data, const struct segment_event *event)
{
	struct bus *bus = data;
	log_event(&bus->log, event);
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
	if (self->plan.meters > 0 && (size_t)self->plan.meters < bus->literals.count) {
		self->instance.gw->log(self->instance.host, MG_LOG_WARNING,
				"meters = %lld: the last %zu lines of %s are not used",
				(long long)self->plan.meters,
				bus->literals.count - (size_t)self->plan.meters, self->telegrams);
	}
	return true;
}

/* A telegram whose address is taken can be had by its secondary address only: say so. */
static void warn_unaddressed(const struct simulator *self, const struct slaves *slaves)
{
	for (size_t i = 0; i < slaves->count; i++) {
		char text[MG_IDENTITY_SIZE];
		const struct meter *meter = &slaves->meters[i];
		if (meter->address != METER_NO_ADDRESS || meter->literal == NULL) {
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
	char error[PLAN_ERROR_SIZE];
	const struct mg_services *gw = self->instance.gw;
	struct plan plan;
	uint32_t seed = seed_from(gw->instance_name(self->instance.host));
	if (!plan_init(&plan, &self->plan, seed, error)) {
		gw->reason(self->instance.host, EINVAL, "%s", error);
		return false;
	}
	plan.slaves.literals = &bus->literals;
	bus->settings.segment = plan.segment;
	bus->baud_of_line = plan.baud_of_line;
	bool placed = load_telegrams(self, bus);
	if (placed && !slaves_init(&bus->slaves, &plan.slaves, error)) {
		gw->reason(self->instance.host, EINVAL, "%s", error);
		placed = false;
	}
	plan_finish(&plan);
	if (placed) {
		warn_unaddressed(self, &bus->slaves);
	}
	return placed;
}

static void close_fd(int fd)
{
	if (fd >= 0) {
		close(fd);
	}
}

static void destroy_bus(struct bus *bus)
{
	wire_finish(&bus->wire);
	close_fd(bus->settings.fd);
	close_fd(bus->settings.stop_fd);
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
	bus->log.fd = -1;
	bus->settings = (struct wire_settings){ .fd = -1,
		.stop_fd = -1,
		.pacing = self->plan.pacing,
		.block = self->plan.block * 1000000 };
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

static int start_wire(struct bus *bus)
{
	if (!wire_init(&bus->wire, &bus->settings, &bus->slaves, on_event, bus)) {
		return ENOMEM;
	}
	return pthread_create(&bus->thread, NULL, serve, bus);
}

/* The bus's end of the socketpair goes to *fd. */
static bool start_thread(const struct simulator *self, struct bus *bus, int *fd)
{
	int ends[2];
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends) < 0) {
		self->instance.gw->reason(self->instance.host, errno, "no socketpair");
		return false;
	}
	bus->settings.fd = ends[1];
	bus->settings.stop_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	int error = bus->settings.stop_fd < 0 ? errno : start_wire(bus);
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
	eventfd_write(self->bus->settings.stop_fd, 1);
	pthread_join(self->bus->thread, NULL);
	if (self->bus->log.lost > 0) {
		self->instance.gw->count(
				self->instance.host, "log_lines_lost", self->bus->log.lost);
	}
	destroy_bus(self->bus);
	self->bus = NULL;
	close(fd);
}

/* As the configuration has it: later the master may try other speeds. Nothing was sent
   yet, so the thread of the meters does not look at them. */
static void give_speed(struct bus *bus, uint32_t baud)
{
	for (size_t i = 0; bus->baud_of_line && i < bus->slaves.count; i++) {
		bus->slaves.meters[i].baud = baud;
	}
	bus->baud_of_line = false;
}

static int simulator_set_line(void *data, int fd, const struct mg_line *line)
{
	struct simulator *self = data;
	(void)fd;
	if (line->baud < 300 || line->baud > 38400) {
		self->instance.gw->reason(self->instance.host, EINVAL,
				"%u baud: 300 to 38400 are possible", line->baud);
		return MG_REJECT;
	}
	give_speed(self->bus, line->baud);
	wire_set_line(
			&self->bus->wire, line->baud, line->data_bits, line->parity, line->stop_bits);
	return MG_OK;
}

static long simulator_read(
		void *data, int fd, void *buffer, size_t size, uint32_t *rx_flags)
{
	(void)data;
	return wire_receive(fd, buffer, size, rx_flags);
}

static const struct mg_transport transport = {
	.size = sizeof(struct mg_transport),
	.instance_size = sizeof(struct simulator),
	.options = MG_OPTIONS(options),
	.open = simulator_open,
	.close = simulator_close,
	.set_line = simulator_set_line,
	.read = simulator_read,
};

const struct mg_plugin metergate_plugin = {
	MG_PLUGIN_HEADER,
	.name = "simulator",
	.version = METERGATE_VERSION,
	.summary = "a bus with simulated meters, to try everything without hardware",
	.transport = &transport,
};
