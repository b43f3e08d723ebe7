/* SPDX-License-Identifier: MIT */
/* A transport that is named by host and port. */
#include <metergate/plugin.h>

struct remote {
	struct mg_instance instance;
	const char *host;
	int64_t port;
};

/* clang-format off */
static const struct mg_option options[] = {
	MG_STRING_REQUIRED(struct remote, host, "host", "name or address"),
	MG_INT_REQUIRED(struct remote, port, "port", 1, 65535, "TCP port"),
};
/* clang-format on */

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
	.instance_size = sizeof(struct remote),
	.options = MG_OPTIONS(options),
	.open = open_bus,
	.close = close_bus,
};

const struct mg_plugin metergate_plugin = {
	MG_PLUGIN_HEADER,
	.name = "remote",
	.version = "1.0.0",
	.summary = "Host and port",
	.transport = &transport,
};
