/* SPDX-License-Identifier: MIT */
/* A transport and a sink that do nothing, with an option of every type. */
#include <metergate/plugin.h>

struct probe {
	struct mg_instance instance;
	const char *path;
	int64_t count;
	bool on;
	int64_t pause;
	int64_t room;
	int mode;
	struct mg_list words;
	const char *key;
	struct mg_tags tags;
};

static const char *const modes[] = { "fast", "slow", NULL };

/* clang-format off */
static const struct mg_option transport_options[] = {
	MG_STRING_REQUIRED(struct probe, path, "path", "device that is opened"),
	MG_INT(struct probe, count, "count", "3", 1, 9, "a number"),
	MG_BOOL(struct probe, on, "on", "no", "a switch"),
	MG_DURATION(struct probe, pause, "pause", "2s", 100, 60000, "a time"),
	MG_SIZE(struct probe, room, "room", "64K", 1024, 1048576, "a size"),
	MG_ENUM(struct probe, mode, "mode", "slow", modes, "a choice | of two"),
	MG_LIST(struct probe, words, "words", NULL, "a list"),
	MG_SECRET(struct probe, key, "key", "a secret"),
	MG_TAGS(struct probe, tags, "mark", "marks"),
};

static const struct mg_option sink_options[] = {
	MG_STRING(struct probe, path, "path", "out.txt", "file that is written"),
	MG_SECRET(struct probe, key, "key", "a secret"),
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

static const struct mg_transport transport = {
	.size = sizeof(transport),
	.instance_size = sizeof(struct probe),
	.options = MG_OPTIONS(transport_options),
	.open = open_bus,
	.close = close_bus,
};

static const struct mg_sink sink = {
	.size = sizeof(sink),
	.instance_size = sizeof(struct probe),
	.options = MG_OPTIONS(sink_options),
	.open = open_sink,
	.write = write_sink,
	.close = close_sink,
};

const struct mg_plugin metergate_plugin = {
	MG_PLUGIN_HEADER,
	.name = "probe",
	.version = "1.2.3",
	.summary = "Does nothing, with every option",
	.transport = &transport,
	.sink = &sink,
};
