/* SPDX-License-Identifier: MIT */
/* A sink whose option lies outside of its instance. */
#include <metergate/plugin.h>

static const struct mg_option options[] = {
	{ .name = "path", .type = MG_OPTION_STRING, .offset = 4096, .help = "far away" },
};

static int open_sink(void *self)
{
	(void)self;
	return MG_OK;
}

static int write_sink(
		void *self, const struct mg_reading *const *batch, size_t count, size_t *taken)
{
	(void)self;
	(void)batch;
	*taken = count;
	return MG_OK;
}

static void close_sink(void *self)
{
	(void)self;
}

static const struct mg_sink sink = {
	.size = sizeof(sink),
	.instance_size = sizeof(struct mg_instance) + sizeof(char *),
	.options = MG_OPTIONS(options),
	.open = open_sink,
	.write = write_sink,
	.close = close_sink,
};

const struct mg_plugin metergate_plugin = {
	MG_PLUGIN_HEADER,
	.name = "badoptions",
	.version = "1.0.0",
	.summary = "Has a bad option table",
	.sink = &sink,
};
