/* SPDX-License-Identifier: MIT */
/* A sink that needs a function which nobody has. */
#include <metergate/plugin.h>

extern int unresolved_function(void *self);

struct unresolved {
	struct mg_instance instance;
};

static int unresolved_open(void *self)
{
	return unresolved_function(self);
}

static int unresolved_write(
		void *self, const struct mg_reading *const *batch, size_t count, size_t *taken)
{
	(void)batch;
	(void)count;
	(void)taken;
	return unresolved_function(self);
}

static void unresolved_close(void *self)
{
	(void)self;
}

static const struct mg_sink sink = {
	.size = sizeof(sink),
	.instance_size = sizeof(struct unresolved),
	.open = unresolved_open,
	.write = unresolved_write,
	.close = unresolved_close,
};

const struct mg_plugin metergate_plugin = {
	MG_PLUGIN_HEADER,
	.name = "unresolved",
	.version = "1",
	.summary = "needs a function which nobody has",
	.sink = &sink,
};
