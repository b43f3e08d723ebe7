/* SPDX-License-Identifier: MIT */
/* A sink in C++, option rows and all: it has to compile, and one wrong row must not. */
#include <metergate/mbus.h>
#include <metergate/plugin.h>

struct counter {
	mg_instance instance;
	const char *path;
	int64_t limit;
	bool loud;
	mg_list words;
};

static const mg_option rows[] = {
	MG_STRING_REQUIRED(counter, path, "path", "where to"),
	MG_INT(counter, limit, "limit", "5", 1, 9, "how many"),
	MG_BOOL(counter, loud, "loud", "no", "how loud"),
	MG_LIST(counter, words, "words", nullptr, "which"),
#ifdef WRONG_ROW
	MG_INT(counter, path, "wrong", "5", 1, 9, "a number in a text"),
#endif
};

static int counter_open(void *)
{
	return MG_OK;
}

static int counter_write(void *, const mg_reading *const *, size_t count, size_t *taken)
{
	*taken = count;
	return MG_OK;
}

static void counter_close(void *)
{
}

static const mg_sink sink = { sizeof(mg_sink), sizeof(counter), MG_OPTIONS(rows),
	counter_open, counter_write, nullptr, nullptr, counter_close, nullptr };

const mg_plugin metergate_plugin = { MG_ABI, sizeof(mg_plugin), "sink", "1", "counts",
	nullptr, &sink };
