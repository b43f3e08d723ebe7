/* SPDX-License-Identifier: MIT */
/* A sink with an option that would be written behind the end of its instance. */
#include <metergate/plugin.h>

struct badtable {
	struct mg_instance instance;
	const char *path;
};

static int badtable_open(void *self)
{
	(void)self;
	return MG_OK;
}

static int badtable_write(
		void *self, const struct mg_reading *const *batch, size_t count, size_t *taken)
{
	(void)self;
	(void)batch;
	(void)count;
	(void)taken;
	return MG_OK;
}

static void badtable_close(void *self)
{
	(void)self;
}

static const struct mg_option options[] = {
	{ .name = "path",
			.type = MG_OPTION_STRING,
			.offset = sizeof(struct badtable),
			.help = "lies behind the end" },
};

static const struct mg_sink sink = {
	.size = sizeof(sink),
	.instance_size = sizeof(struct badtable),
	.options = MG_OPTIONS(options),
	.open = badtable_open,
	.write = badtable_write,
	.close = badtable_close,
};

const struct mg_plugin metergate_plugin = {
	MG_PLUGIN_HEADER,
	.name = "badtable",
	.version = "1",
	.summary = "has an option behind the end of its instance",
	.sink = &sink,
};
