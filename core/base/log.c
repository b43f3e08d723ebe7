/* SPDX-License-Identifier: MIT */
/* Log lines: a bounded ring that a thread of its own empties, so that nobody waits for
 * stderr. */
#include "base/log.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/* How long log_destroy() waits for a reader that does not read. */
#define LOG_DRAIN_MS 1000

struct line {
	uint16_t length;
	char text[LOG_LINE_SIZE];
};

struct log {
	int fd;
	enum mg_log_level level;
	bool journal;
	pthread_mutex_t lock;
	pthread_cond_t changed;
	pthread_t thread;
	size_t first, count;
	uint64_t dropped, told;
	bool ending, done;
	atomic_bool abandoned;
	struct line lines[LOG_LINES];
};

static const struct {
	const char *word;
	char priority; /* of syslog and of the journal */
} levels[] = {
	[MG_LOG_ERROR] = { "error", '3' },
	[MG_LOG_WARNING] = { "warning", '4' },
	[MG_LOG_INFO] = { "info", '6' },
	[MG_LOG_DEBUG] = { "debug", '7' },
};

/* systemd names the device and inode of the stream that it gave us. */
static bool is_journal(int fd)
{
	const char *stream = getenv("JOURNAL_STREAM");
	struct stat info;
	char own[64];
	if (stream == NULL || fstat(fd, &info) != 0) {
		return false;
	}
	snprintf(own, sizeof(own), "%llu:%llu", (unsigned long long)info.st_dev,
			(unsigned long long)info.st_ino);
	return strcmp(own, stream) == 0;
}

/* Writes all of it, however long the reader takes, unless the log was given up. */
static void write_out(struct log *log, const char *text, size_t length)
{
	while (length > 0 && !atomic_load(&log->abandoned)) {
		ssize_t sent = write(log->fd, text, length);
		if (sent > 0) {
			text += sent;
			length -= (size_t)sent;
			continue;
		}
		if (errno != EINTR && errno != EAGAIN) {
			return;
		}
		struct pollfd wait = { .fd = log->fd, .events = POLLOUT };
		poll(&wait, 1, 100);
	}
}

static void write_dropped(struct log *log, uint64_t dropped)
{
	char text[96];
	int length = snprintf(text, sizeof(text), "%slog: %llu lines were dropped\n",
			log->journal ? "<4>" : "", (unsigned long long)dropped);
	write_out(log, text, (size_t)length);
}

static void release(struct log *log)
{
	pthread_cond_destroy(&log->changed);
	pthread_mutex_destroy(&log->lock);
	free(log);
}

static void *empty_ring(void *data)
{
	struct log *log = data;
	pthread_mutex_lock(&log->lock);
	while (log->count > 0 || !log->ending) {
		if (log->count == 0) {
			pthread_cond_wait(&log->changed, &log->lock);
			continue;
		}
		struct line line = log->lines[log->first];
		uint64_t dropped = log->dropped - log->told;
		log->told = log->dropped;
		log->first = (log->first + 1) % LOG_LINES;
		log->count--;
		pthread_mutex_unlock(&log->lock);
		if (dropped > 0) {
			write_dropped(log, dropped);
		}
		write_out(log, line.text, line.length);
		pthread_mutex_lock(&log->lock);
	}
	log->done = true;
	pthread_cond_broadcast(&log->changed);
	bool abandoned = atomic_load(&log->abandoned);
	pthread_mutex_unlock(&log->lock);
	if (abandoned) {
		release(log);
	}
	return NULL;
}

/* Signals belong to the loop thread. */
static int start_thread(struct log *log)
{
	sigset_t all, before;
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	int failed = pthread_create(&log->thread, NULL, empty_ring, log);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return failed;
}

struct log *log_create(int fd, enum mg_log_level level)
{
	struct log *log = calloc(1, sizeof(*log));
	if (log == NULL) {
		return NULL;
	}
	log->fd = fd;
	log->level = level;
	log->journal = is_journal(fd);
	pthread_condattr_t clock;
	pthread_condattr_init(&clock);
	pthread_condattr_setclock(&clock, CLOCK_MONOTONIC);
	pthread_mutex_init(&log->lock, NULL);
	pthread_cond_init(&log->changed, &clock);
	pthread_condattr_destroy(&clock);
	if (start_thread(log) != 0) {
		release(log);
		return NULL;
	}
	return log;
}

/* False when time ran out: from then on the log belongs to its thread. */
static bool wait_until_empty(struct log *log)
{
	struct timespec until;
	clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_sec += LOG_DRAIN_MS / 1000;
	pthread_mutex_lock(&log->lock);
	log->ending = true;
	pthread_cond_broadcast(&log->changed);
	int waited = 0;
	while (!log->done && waited != ETIMEDOUT) {
		waited = pthread_cond_timedwait(&log->changed, &log->lock, &until);
	}
	bool done = log->done;
	atomic_store(&log->abandoned, !done);
	if (!done) {
		pthread_detach(log->thread);
	}
	pthread_mutex_unlock(&log->lock);
	return done;
}

void log_destroy(struct log *log)
{
	if (log == NULL || !wait_until_empty(log)) {
		return;
	}
	pthread_join(log->thread, NULL);
	release(log);
}

bool log_enabled(const struct log *log, enum mg_log_level level)
{
	return log != NULL && level <= log->level;
}

static size_t write_prefix(
		const struct log *log, enum mg_log_level level, char *text, size_t size)
{
	if (log->journal) {
		return (size_t)snprintf(text, size, "<%c>", levels[level].priority);
	}
	struct timespec now;
	struct tm parts;
	clock_gettime(CLOCK_REALTIME, &now);
	gmtime_r(&now.tv_sec, &parts);
	size_t length = strftime(text, size, "%Y-%m-%dT%H:%M:%S", &parts);
	return length + (size_t)snprintf(text + length, size - length, ".%03ldZ %-7s ",
							now.tv_nsec / 1000000, levels[level].word);
}

/* Control characters would let bytes from the wire or the configuration fake lines. */
static void make_printable(char *text, size_t length)
{
	for (size_t i = 0; i < length; i++) {
		if ((unsigned char)text[i] < 0x20 || text[i] == 0x7f) {
			text[i] = ' ';
		}
	}
}

static size_t clamp(int wanted, size_t room)
{
	if (wanted < 0) {
		return 0;
	}
	return (size_t)wanted < room ? (size_t)wanted : room - 1;
}

void log_vwrite(struct log *log, enum mg_log_level level, const char *subject,
		const char *format, va_list arguments)
{
	if (!log_enabled(log, level)) {
		return;
	}
	struct line line;
	size_t room = sizeof(line.text) - 1; /* one for the line end */
	size_t start = write_prefix(log, level, line.text, room), length = start;
	if (subject != NULL) {
		length += clamp(snprintf(line.text + length, room - length, "%s: ", subject),
				room - length);
	}
	length += clamp(vsnprintf(line.text + length, room - length, format, arguments),
			room - length);
	make_printable(line.text + start, length - start);
	line.text[length++] = '\n';
	line.length = (uint16_t)length;

	pthread_mutex_lock(&log->lock);
	if (log->count == LOG_LINES) {
		log->dropped++;
	} else {
		log->lines[(log->first + log->count) % LOG_LINES] = line;
		log->count++;
		pthread_cond_signal(&log->changed);
	}
	pthread_mutex_unlock(&log->lock);
}

void log_write(struct log *log, enum mg_log_level level, const char *subject,
		const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	log_vwrite(log, level, subject, format, arguments);
	va_end(arguments);
}

uint64_t log_dropped(struct log *log)
{
	pthread_mutex_lock(&log->lock);
	uint64_t dropped = log->dropped;
	pthread_mutex_unlock(&log->lock);
	return dropped;
}
