/* SPDX-License-Identifier: MIT */
/*
 * Sink "file": readings as lines of JSON or CSV, appended to a file or standard output.
 * What is written is whole lines only: a line that could not be finished is cut off
 * again, and its reading stays with the gateway.
 */
#include <errno.h>
#include <poll.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <metergate/plugin.h>

#include "gather.h"
#include "hint.h"
#include "output.h"
#include "stream.h"

enum line_format { FORMAT_JSONL, FORMAT_CSV };
enum sync_policy { SYNC_NEVER, SYNC_BATCH, SYNC_INTERVAL };

struct file {
	struct mg_instance instance;
	const char *path, *mode_text;
	int format, policy;
	int64_t rotate_size, rotate_keep, sync_interval_ms, timeout_ms;
	mode_t mode;
	struct output output;
	struct gather gather;
	int64_t rotate_at;    /* rotate_size, or later when a rotation failed */
	int64_t last_sync_ms; /* monotonic */
	bool dirty;           /* regular files: written since the last synchronisation */
	off_t safe_size;      /* size up to which the running write() has synchronised */
	size_t safe_taken;    /* readings up to there */
	bool headed;          /* streams: the CSV header was written */
	bool carrying;        /* streams: `gather` is the rest of a line begun before ... */
	uint64_t carry_run;   /* ... which belongs to this reading */
	uint64_t carry_seq;
	atomic_bool interrupted;
};

static const char *const format_words[] = { "jsonl", "csv", NULL };
static const char *const sync_words[] = { "never", "batch", "interval", NULL };

/* clang-format off */
static const struct mg_option option_rows[] = {
	MG_STRING_REQUIRED(struct file, path, "path",
		"file that is appended to; - is standard output"),
	MG_ENUM(struct file, format, "format", "jsonl", format_words,
		"jsonl: one reading a line; csv: one record a line, below a line of column names"),
	MG_STRING(struct file, mode_text, "mode", "0640",
		"permissions of a file that is made, octal"),
	MG_SIZE(struct file, rotate_size, "rotate_size", "0", 0, INT64_C(1) << 40,
		"size at which the file becomes PATH.1 and a new one begins; 0: never"),
	MG_INT(struct file, rotate_keep, "rotate_keep", "5", 1, 1000,
		"how many rotated files are kept"),
	MG_ENUM(struct file, policy, "fsync", "interval", sync_words,
		"when lines are forced to the disk: never, with every batch, at an interval"),
	MG_DURATION(struct file, sync_interval_ms, "fsync_interval", "5s", 100, 3600000,
		"longest time without forcing lines to the disk, with fsync = interval"),
	MG_DURATION(struct file, timeout_ms, "timeout", "10s", 100, 600000,
		"for how long a pipe whose reader is slow is waited for"),
};
/* clang-format on */

static int64_t now_ms(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* Says why and answers the result that fits. `error` is negative. */
static int explain(struct file *f, int error)
{
	const struct mg_services *gw = f->instance.gw;
	const char *path = f->output.standard ? "standard output" : f->path;
	if (error == -ENOENT || error == -ENOTDIR) {
		gw->reason(f->instance.host, -error,
				"%s: the folder %.*s does not exist; make it", path,
				(int)output_folder(path), path);
		return MG_RETRY;
	}
	const struct hint *hint = hint_find(-error);
	gw->reason(f->instance.host, -error, "%s: %s", path,
			hint == NULL ? strerror(-error) : hint->text);
	return hint == NULL ? MG_RETRY : hint->result;
}

static bool parse_mode(const char *text, mode_t *mode)
{
	char *end = NULL;
	unsigned long value = strtoul(text, &end, 8);
	*mode = (mode_t)value;
	return *text >= '0' && *text <= '7' && *end == '\0' && value <= 0777;
}

static int open_output(struct file *f)
{
	char first = f->format == FORMAT_JSONL ? '{' : '\0';
	int error = output_open(&f->output, f->path, f->mode, first);
	if (error != 0) {
		return explain(f, error);
	}
	if (f->output.cut > 0) {
		f->instance.gw->log(f->instance.host, MG_LOG_WARNING,
				"%s: cut off %lld bytes of a line that was never finished", f->path,
				(long long)f->output.cut);
		f->instance.gw->count(f->instance.host, "truncated", 1);
	}
	if (f->output.regular && f->policy != SYNC_NEVER) {
		output_sync_folder(f->path);
	}
	f->headed = false;
	f->carrying = false;
	return MG_OK;
}

static int sync_output(struct file *f)
{
	int error = output_sync(&f->output);
	f->last_sync_ms = now_ms();
	if (error == 0) {
		f->dirty = false;
		return 0;
	}
	f->instance.gw->count(f->instance.host, "fsync_errors", 1);
	return error;
}

static void close_output(struct file *f)
{
	if (f->output.fd >= 0 && f->dirty && f->policy != SYNC_NEVER && sync_output(f) != 0) {
		f->instance.gw->log(f->instance.host, MG_LOG_ERROR,
				"%s: the last lines may not have reached the disk", f->path);
	}
	f->dirty = false;
	output_close(&f->output);
}

static int file_open(void *self)
{
	struct file *f = self;
	f->output.fd = -1;
	f->rotate_at = f->rotate_size;
	f->last_sync_ms = now_ms();
	if (!parse_mode(f->mode_text, &f->mode)) {
		f->instance.gw->reason(f->instance.host, 0,
				"mode: %s is no octal number from 0000 to 0777, such as 0640",
				f->mode_text);
		return MG_REJECT;
	}
	return open_output(f);
}

static void file_close(void *self)
{
	struct file *f = self;
	close_output(f);
	gather_finish(&f->gather);
}

static int file_reopen(void *self)
{
	struct file *f = self;
	if (f->output.fd >= 0 && !f->output.regular) {
		return MG_OK;
	}
	close_output(f);
	return open_output(f);
}

/* The file may have been deleted, or the pipe may have lost its reader, since. */
static int ensure_open(struct file *f)
{
	if (f->output.fd >= 0 && f->output.regular && output_gone(&f->output)) {
		f->instance.gw->log(f->instance.host, MG_LOG_WARNING,
				"%s was deleted; a new file is begun", f->path);
		close_output(f);
	}
	return f->output.fd >= 0 ? MG_OK : open_output(f);
}

static int put_encoded(
		struct file *f, enum mg_format format, const struct mg_reading *reading)
{
	size_t length = 0;
	const void *text = f->instance.gw->encode(f->instance.host, format, reading, &length);
	return text == NULL ? -ENOMEM : gather_put(&f->gather, text, length);
}

static bool wants_header(const struct file *f)
{
	bool fresh = f->output.regular ? f->output.size == 0 : !f->headed;
	return f->format == FORMAT_CSV && fresh && f->gather.count == 0;
}

static int put_reading(struct file *f, const struct mg_reading *reading)
{
	int error = 0;
	if (wants_header(f)) {
		error = put_encoded(f, MG_FORMAT_CSV_HEADER, reading);
	}
	if (error == 0 && f->format == FORMAT_CSV) {
		error = put_encoded(f, MG_FORMAT_CSV, reading);
	} else if (error == 0) {
		error = put_encoded(f, MG_FORMAT_JSON, reading);
		error = error == 0 ? gather_put(&f->gather, "\n", 1) : error;
	}
	if (error != 0) {
		gather_drop(&f->gather);
		return error;
	}
	gather_end(&f->gather);
	return 0;
}

static int refuse(struct file *f, int error)
{
	bool large = error == -EMSGSIZE;
	f->instance.gw->reason(f->instance.host, -error, "%s",
			large ? "the text of the reading is larger than 16 MiB" : "memory is short");
	return large ? MG_REJECT : MG_RETRY;
}

/* Asked when a reading was gathered: whether that should begin a new file. */
static bool rotation_due(const struct file *f)
{
	bool first = f->output.size == 0 && f->gather.count == 1;
	return f->rotate_size > 0 && f->output.regular && !first &&
		   f->output.size + (off_t)f->gather.size > f->rotate_at;
}

/* Takes back what may not have reached the disk: the gateway gives it again. */
static int sync_failed(struct file *f, int error, size_t *taken)
{
	output_cut(&f->output, f->safe_size);
	f->dirty = false;
	*taken = f->safe_taken;
	return explain(f, error);
}

/* Before a file is left behind, and when it is due. */
static int sync_written(struct file *f, size_t *taken, int result)
{
	int error = f->dirty && f->policy != SYNC_NEVER ? sync_output(f) : 0;
	if (error != 0 && f->policy == SYNC_BATCH) {
		return sync_failed(f, error, taken);
	}
	if (error != 0) {
		f->instance.gw->log(f->instance.host, MG_LOG_ERROR,
				"%s: lines may not have reached the disk: %s", f->path, strerror(-error));
	}
	return result;
}

static int rotation_failed(struct file *f, int error)
{
	f->rotate_at = f->output.size + f->rotate_size;
	f->instance.gw->log(f->instance.host, MG_LOG_WARNING,
			"%s could not be rotated, so it grows: %s", f->path, strerror(-error));
	f->instance.gw->count(f->instance.host, "rotation_errors", 1);
	return MG_OK;
}

/* A rotation that fails is tried again after as much again was written. */
static int rotate(struct file *f, size_t *taken)
{
	int result = sync_written(f, taken, MG_OK);
	if (result != MG_OK) {
		return result;
	}
	int error = output_rotate(f->path, (unsigned)f->rotate_keep);
	if (error != 0) {
		return rotation_failed(f, error);
	}
	f->rotate_at = f->rotate_size;
	f->instance.gw->count(f->instance.host, "rotations", 1);
	close_output(f);
	result = open_output(f);
	f->safe_size = f->output.size;
	f->safe_taken = *taken;
	return result;
}

/*
 * Takes as many readings as fit one write, all for the same file. None when the first one
 * should go to a new file, unless it `must` go to this one.
 */
static int gather_batch(
		struct file *f, const struct mg_reading *const *batch, size_t count, bool must)
{
	gather_clear(&f->gather);
	for (size_t i = 0; i < count && !gather_full(&f->gather); i++) {
		int error = put_reading(f, batch[i]);
		if (error != 0) {
			return i > 0 ? MG_OK : refuse(f, error);
		}
		if (rotation_due(f) && (i > 0 || !must)) {
			gather_drop_last(&f->gather);
			break;
		}
	}
	return MG_OK;
}

static int gather_rotating(struct file *f, const struct mg_reading *const *batch,
		size_t count, size_t *taken)
{
	int result = gather_batch(f, batch + *taken, count - *taken, false);
	if (result != MG_OK || f->gather.count > 0) {
		return result;
	}
	result = rotate(f, taken);
	return result != MG_OK ? result
						   : gather_batch(f, batch + *taken, count - *taken, true);
}

static int append(struct file *f, size_t *taken)
{
	size_t written = 0, end = 0;
	off_t start = f->output.size;
	int error = output_append(&f->output, f->gather.data, f->gather.size, &written);
	size_t complete = gather_complete(&f->gather, written, &end);
	*taken += complete;
	f->dirty = f->dirty || complete > 0;
	f->instance.gw->count(f->instance.host, "bytes", end);
	if (error == 0) {
		return MG_OK;
	}
	f->instance.gw->count(f->instance.host, "write_errors", 1);
	if (written > 0) {
		output_cut(&f->output, start + (off_t)end);
	}
	return explain(f, error);
}

static bool stop_waiting(void *data)
{
	struct file *f = data;
	return atomic_exchange(&f->interrupted, false) ||
		   f->instance.gw->cancelled(f->instance.host);
}

static int stream(struct file *f, size_t *written)
{
	struct stream_wait wait = { f->timeout_ms, stop_waiting, f };
	int error =
			stream_write(f->output.fd, f->gather.data, f->gather.size, written, &wait);
	f->instance.gw->count(f->instance.host, "bytes", *written);
	return error;
}

static int stream_failed(struct file *f, int error)
{
	f->instance.gw->count(f->instance.host, "write_errors", 1);
	if (error == -EPIPE && f->output.standard) {
		f->carrying = false;
		f->instance.gw->reason(f->instance.host, EPIPE, "standard output was closed");
		return MG_REJECT;
	}
	if (error == -EPIPE) {
		f->carrying = false;
		close_output(f);
	}
	return explain(f, error);
}

/* Keeps what is left of a line that was begun: it goes out before anything else. */
static void carry(
		struct file *f, const struct mg_reading *reading, size_t from, size_t to)
{
	memmove(f->gather.data, f->gather.data + from, to - from);
	gather_clear(&f->gather);
	f->gather.size = to - from;
	f->carrying = true;
	f->carry_run = reading->run;
	f->carry_seq = reading->seq;
}

static int send_stream(
		struct file *f, const struct mg_reading *const *batch, size_t *taken)
{
	size_t written = 0, end = 0;
	int error = stream(f, &written);
	size_t complete = gather_complete(&f->gather, written, &end);
	*taken += complete;
	f->headed = f->headed || complete > 0;
	if (error == 0) {
		return MG_OK;
	}
	if (written > end) {
		f->headed = true;
		carry(f, batch[*taken], written, f->gather.ends[complete]);
	}
	return stream_failed(f, error);
}

/* The rest of a line that an earlier write() could not finish. */
static int send_carried(
		struct file *f, const struct mg_reading *const *batch, size_t *taken)
{
	size_t written = 0;
	int error = stream(f, &written);
	memmove(f->gather.data, f->gather.data + written, f->gather.size - written);
	f->gather.size -= written;
	if (error != 0) {
		return stream_failed(f, error);
	}
	f->carrying = false;
	if (batch[0]->run == f->carry_run && batch[0]->seq == f->carry_seq) {
		*taken = 1;
	}
	return MG_OK;
}

static int write_all(struct file *f, const struct mg_reading *const *batch, size_t count,
		size_t *taken)
{
	int result = f->carrying && count > 0 ? send_carried(f, batch, taken) : MG_OK;
	while (result == MG_OK && *taken < count) {
		result = gather_rotating(f, batch, count, taken);
		if (result == MG_OK) {
			result = f->output.regular ? append(f, taken) : send_stream(f, batch, taken);
		}
	}
	return result;
}

static bool sync_due(const struct file *f)
{
	return f->policy == SYNC_BATCH ||
		   (f->policy == SYNC_INTERVAL &&
				   now_ms() - f->last_sync_ms >= f->sync_interval_ms);
}

static int file_write(
		void *self, const struct mg_reading *const *batch, size_t count, size_t *taken)
{
	struct file *f = self;
	int result = ensure_open(f);
	if (result != MG_OK) {
		return result;
	}
	f->safe_size = f->output.size;
	f->safe_taken = 0;
	result = write_all(f, batch, count, taken);
	return sync_due(f) ? sync_written(f, taken, result) : result;
}

static int file_idle(void *self, int wake_fd, int max_ms)
{
	struct file *f = self;
	bool waits = f->dirty && f->policy == SYNC_INTERVAL;
	int64_t left = f->last_sync_ms + f->sync_interval_ms - now_ms();
	if (waits && left < max_ms) {
		max_ms = left > 0 ? (int)left : 0;
	}
	struct pollfd entry = { .fd = wake_fd, .events = POLLIN };
	poll(&entry, 1, max_ms);
	size_t taken = 0;
	return waits && sync_due(f) ? sync_written(f, &taken, MG_OK) : MG_OK;
}

static void file_interrupt(void *self)
{
	struct file *f = self;
	atomic_store(&f->interrupted, true);
}

static const struct mg_sink sink = {
	.size = sizeof(struct mg_sink),
	.instance_size = sizeof(struct file),
	.options = MG_OPTIONS(option_rows),
	.open = file_open,
	.write = file_write,
	.idle = file_idle,
	.reopen = file_reopen,
	.close = file_close,
	.interrupt = file_interrupt,
};

const struct mg_plugin metergate_plugin = {
	MG_PLUGIN_HEADER,
	.name = "file",
	.version = METERGATE_VERSION,
	.summary = "appends readings to a file or standard output as JSON lines or CSV",
	.sink = &sink,
};
