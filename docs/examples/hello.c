/* SPDX-License-Identifier: MIT */
/* The smallest sink: says in the gateway's log which device was read. */
#include <metergate/plugin.h>

static int hello_open(void *self) { (void)self; return MG_OK; }
static void hello_close(void *self) { (void)self; }
static int hello_write(void *self, const struct mg_reading *const *batch, size_t count, size_t *taken)
{
	struct mg_instance *hello = self;
	for (; *taken < count; (*taken)++) {
		hello->gw->log(hello->host, MG_LOG_INFO, "hello, %s", batch[*taken]->device);
	}
	return MG_OK;
}
static const struct mg_sink sink = { .size = sizeof(sink), .instance_size = sizeof(struct mg_instance),
	.open = hello_open, .write = hello_write, .close = hello_close };
const struct mg_plugin metergate_plugin = { MG_PLUGIN_HEADER, .name = "hello", .version = "1",
	.summary = "says which device was read", .sink = &sink };
