/* SPDX-License-Identifier: MIT */
/* Built from the frozen first version of the headers: must load for ever. */
#include <metergate/plugin.h>

struct first {
	struct mg_instance instance;
	const char *path;
	int64_t written;
};

/* clang-format off */
static const struct mg_option options[] = {
	MG_STRING(struct first, path, "path", "out.txt", "file that is written"),
};
/* clang-format on */

static int open_sink(void *self)
{
	struct first *first = self;
	first->instance.gw->log(first->instance.host, MG_LOG_INFO, "opened %s", first->path);
	return MG_OK;
}

static int write_sink(
		void *self, const struct mg_reading *const *batch, size_t count, size_t *taken)
{
	struct first *first = self;
	for (*taken = 0; *taken < count; ++*taken) {
		first->written += mg_reading_record(batch[*taken], 0) != NULL;
	}
	return MG_OK;
}

static void close_sink(void *self)
{
	struct first *first = self;
	first->written = 0;
}

static const struct mg_sink sink = {
	.size = sizeof(sink),
	.instance_size = sizeof(struct first),
	.options = MG_OPTIONS(options),
	.open = open_sink,
	.write = write_sink,
	.close = close_sink,
};

const struct mg_plugin metergate_plugin = {
	MG_PLUGIN_HEADER,
	.name = "first",
	.version = "1.0.0",
	.summary = "Built from the first headers",
	.sink = &sink,
};
