/* SPDX-License-Identifier: MIT */
/* A sink that counts, written against the installed headers. */
#include <metergate/plugin.h>

struct counter {
	struct mg_instance instance;
	const char *unit;
	int64_t step;
};

static const struct mg_option options[] = {
	MG_STRING(struct counter, unit, "unit", "readings", "what is counted"),
	MG_INT(struct counter, step, "step", "1", 1, 100, "how far each one counts"),
};

static int open_counter(void *self)
{
	struct counter *counter = self;
	counter->instance.gw->report(counter->instance.host, counter->unit);
	return MG_OK;
}

static int write_counter(
		void *self, const struct mg_reading *const *batch, size_t count, size_t *taken)
{
	struct counter *counter = self;
	(void)batch;
	counter->instance.gw->count(
			counter->instance.host, counter->unit, count * (uint64_t)counter->step);
	*taken = count;
	return MG_OK;
}

static void close_counter(void *self)
{
	(void)self;
}

static const struct mg_sink sink = {
	.size = sizeof(sink),
	.instance_size = sizeof(struct counter),
	.options = MG_OPTIONS(options),
	.open = open_counter,
	.write = write_counter,
	.close = close_counter,
};

const struct mg_plugin metergate_plugin = {
	MG_PLUGIN_HEADER,
	.name = "counter",
	.version = "1.0.0",
	.summary = "Counts readings",
	.sink = &sink,
};
