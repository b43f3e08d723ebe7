/* SPDX-License-Identifier: MIT */
/* Writes log lines: JSON by hand, since every string in it is the simulator's own but
 * one. */
#include "log.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define LINE_SIZE 16384 /* 40 values of at most 300 bytes and two frames in hex fit */

struct line {
	char text[LINE_SIZE];
	size_t length; /* LINE_SIZE once something did not fit */
};

static void __attribute__((format(printf, 2, 3)))
add(struct line *line, const char *format, ...)
{
	va_list arguments;
	size_t room = sizeof(line->text) - line->length;
	va_start(arguments, format);
	int length = vsnprintf(line->text + line->length, room, format, arguments);
	va_end(arguments);
	line->length += length >= 0 && (size_t)length < room ? (size_t)length : room;
}

static void add_string(struct line *line, const char *text)
{
	add(line, "\"");
	for (; *text != '\0'; text++) {
		unsigned char c = (unsigned char)*text;
		if (c < 0x20 || c == '"' || c == '\\') {
			add(line, "\\u%04x", c);
		} else {
			add(line, "%c", c);
		}
	}
	add(line, "\"");
}

static void add_hex(struct line *line, const char *key, struct mg_bytes bytes)
{
	add(line, ",\"%s\":\"", key);
	for (size_t i = 0; i < bytes.size; i++) {
		add(line, "%02X", bytes.data[i]);
	}
	add(line, "\"");
}

static void add_start(struct line *line, const struct log *log, const char *event)
{
	struct timespec now, steady;
	struct tm parts;
	char second[32];
	clock_gettime(CLOCK_REALTIME, &now);
	clock_gettime(CLOCK_MONOTONIC, &steady);
	gmtime_r(&now.tv_sec, &parts);
	strftime(second, sizeof(second), "%Y-%m-%dT%H:%M:%S", &parts);
	line->length = 0;
	add(line, "{\"time\":\"%s.%06ldZ\",\"t\":%lld,\"port\":", second, now.tv_nsec / 1000,
			(long long)steady.tv_sec * 1000000 + steady.tv_nsec / 1000);
	add_string(line, log->port);
	add(line, ",\"event\":\"%s\"", event);
}

static void add_value(struct line *line, const struct telegram_value *value)
{
	static const char *const functions[] = { "instantaneous", "maximum", "minimum",
		"error" };
	add(line,
			"{\"name\":\"%s\",\"quantity\":\"%s\",\"unit\":\"%s\",\"function\":\"%s\","
			"\"storage\":%llu,\"tariff\":%u,\"subunit\":%u,\"value\":",
			value->name, value->quantity, value->unit, functions[value->function & 3],
			(unsigned long long)value->storage, value->tariff, value->subunit);
	add_string(line, value->text);
	add(line, "}");
}

static void end_line(struct log *log, struct line *line)
{
	add(line, "}\n");
	if (line->length >= sizeof(line->text) ||
			write(log->fd, line->text, line->length) != (ssize_t)line->length) {
		log->lost++;
	}
}

int log_init(struct log *log, const char *path, const char *port)
{
	*log = (struct log){ .fd = -1, .port = port };
	if (path == NULL) {
		return 0;
	}
	log->fd = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0644);
	return log->fd >= 0 ? 0 : -errno;
}

void log_finish(struct log *log)
{
	if (log->fd >= 0) {
		close(log->fd);
		log->fd = -1;
	}
}

static void add_answer(struct line *line, const struct segment_event *event)
{
	const struct telegram *telegram = event->telegram;
	add_hex(line, "request", event->request);
	add(line, ",\"address\":%d,\"id\":\"%08X\",\"collision\":%s", event->meter->address,
			event->meter->identity.id, event->alone ? "false" : "true");
	add_hex(line, "telegram", event->bytes);
	add(line, ",\"values\":[");
	for (size_t i = 0; i < telegram->value_count; i++) {
		add(line, "%s", i > 0 ? "," : "");
		add_value(line, &telegram->values[i]);
	}
	add(line, "]");
}

void log_event(struct log *log, const struct segment_event *event)
{
	static const char *const names[] = { [SEGMENT_REQUEST] = "request",
		[SEGMENT_GARBAGE] = "garbage",
		[SEGMENT_ANSWER] = "answer" };
	struct line line;
	if (log->fd < 0) {
		return;
	}
	add_start(&line, log, names[event->kind]);
	add(&line, ",\"at\":%lld,\"end\":%lld", (long long)(event->begin / 1000),
			(long long)(event->end / 1000));
	if (event->kind == SEGMENT_ANSWER) {
		add_answer(&line, event);
	} else {
		add_hex(&line, "request", event->bytes);
	}
	end_line(log, &line);
}
