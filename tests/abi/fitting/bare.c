/* SPDX-License-Identifier: MIT */
/* A transport without any option. */
#include <metergate/plugin.h>

static int open_bus(void *self, struct mg_link *link)
{
	(void)self;
	(void)link;
	return MG_RETRY;
}

static void close_bus(void *self, int fd)
{
	(void)self;
	(void)fd;
}

static const struct mg_transport transport = {
	.size = sizeof(transport),
	.instance_size = sizeof(struct mg_instance),
	.open = open_bus,
	.close = close_bus,
};

const struct mg_plugin metergate_plugin = {
	MG_PLUGIN_HEADER,
	.name = "bare",
	.version = "1.0.0",
	.summary = "No options",
	.transport = &transport,
};
