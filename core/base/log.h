/* SPDX-License-Identifier: MIT */
/* Log lines: a bounded ring that a thread of its own empties, so that nobody waits for
 * stderr. */
#ifndef BASE_LOG_H
#define BASE_LOG_H

#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>

#include <metergate/plugin.h>

/* All functions may be called on any thread. A NULL log swallows everything. */
struct log;

#define LOG_LINES 1024    /* in the ring; further ones are dropped and counted */
#define LOG_LINE_SIZE 512 /* bytes; longer ones are cut */

/*
 * Writes to `fd`, which stays the caller's, lines up to `level`. Lines begin with a time,
 * or with a priority in <> when stderr is the journal. NULL when memory or threads are
 * short.
 */
struct log *log_create(int fd, enum mg_log_level level);
/* Writes what is left, for at most a second, and ends. */
void log_destroy(struct log *log);
bool log_enabled(const struct log *log, enum mg_log_level level);
/* One line: "<subject>: <text>"; `subject` may be NULL. Never blocks. */
void log_write(struct log *log, enum mg_log_level level, const char *subject,
		const char *format, ...) __attribute__((format(printf, 4, 5)));
void log_vwrite(struct log *log, enum mg_log_level level, const char *subject,
		const char *format, va_list arguments) __attribute__((format(printf, 4, 0)));
/* Lines that found the ring full. */
uint64_t log_dropped(struct log *log);

#endif
