/* SPDX-License-Identifier: MIT */
/* A sink that never comes back from write(), and cannot be interrupted. */
#include <unistd.h>

#include <metergate/plugin.h>

struct sleeper {
	struct mg_instance instance;
};

static int sleeper_open(void *self)
{
	(void)self;
	return MG_OK;
}

static int sleeper_write(
		void *self, const struct mg_reading *const *batch, size_t count, size_t *taken)
{
	(void)self;
	(void)batch;
	(void)count;
	(void)taken;
	for (;;) {
		pause();
	}
	return MG_OK;
}

static void sleeper_close(void *self)
{
	(void)self;
}

static const struct mg_sink sink = {
	.size = sizeof(sink),
	.instance_size = sizeof(struct sleeper),
	.open = sleeper_open,
	.write = sleeper_write,
	.close = sleeper_close,
};

const struct mg_plugin metergate_plugin = {
	MG_PLUGIN_HEADER,
	.name = "sleeper",
	.version = "1",
	.summary = "sleeps for ever in write",
	.sink = &sink,
};
