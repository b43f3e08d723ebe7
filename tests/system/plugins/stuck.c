/* SPDX-License-Identifier: MIT */
/* A transport that never comes back from open(). */
#include <unistd.h>

#include <metergate/plugin.h>

struct stuck {
	struct mg_instance instance;
};

static int stuck_open(void *self, struct mg_link *link)
{
	(void)self;
	(void)link;
	for (;;) {
		pause();
	}
	return MG_RETRY;
}

static void stuck_close(void *self, int fd)
{
	(void)self;
	(void)fd;
}

static const struct mg_transport transport = {
	.size = sizeof(transport),
	.instance_size = sizeof(struct stuck),
	.open = stuck_open,
	.close = stuck_close,
};

const struct mg_plugin metergate_plugin = {
	MG_PLUGIN_HEADER,
	.name = "stuck",
	.version = "1",
	.summary = "hangs for ever in open",
	.transport = &transport,
};
