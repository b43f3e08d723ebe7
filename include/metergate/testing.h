/* SPDX-License-Identifier: MIT */
/*
 * Fake services, so that a plugin can be tested without a gateway. Header only, needs the
 * C library.
 *
 *     struct mg_testing t;
 *     mg_testing_init(&t);
 *     void *sink = mg_testing_instance(&t, my_sink.instance_size, &my_sink.options,
 *             (const char *const[]){ "path=/tmp/x", NULL });
 *     ... my_sink.open(sink), my_sink.write(sink, ...) ...
 *     mg_testing_finish(&t);
 *
 * It needs POSIX: -std=gnu11, or _GNU_SOURCE. Left out, for the test to do by hand:
 * members of MG_TAGS stay empty, a range of 0 to 0 takes nothing but 0 (the gateway: any
 * number), values have no second spelling (true, 15min, 0 for 0s), and names of counters
 * have at most 31 bytes.
 *
 * What the plugin logs, counts and gives as its reason is kept for the test to look at.
 * Services may be called from any thread, as in the gateway; a test may look at them
 * while threads of the plugin run through the mg_testing_ functions only.
 */
#ifndef METERGATE_TESTING_H
#define METERGATE_TESTING_H

#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <metergate/plugin.h>
#include <metergate/testing_text.h>

#define MG_TESTING_LINES 64    /* log lines that are kept: the last ones */
#define MG_TESTING_COUNTERS 16 /* names that a plugin may count under */
#define MG_TESTING_OWNED 64    /* instances, strings and lists of one test */
#define MG_TESTING_TEXT 256

#if defined(__GNUC__)
#define MG_TESTING_PRINTF(at) __attribute__((format(printf, at, at + 1)))
#else
#define MG_TESTING_PRINTF(at)
#endif

struct mg_testing_line {
	int level; /* enum mg_log_level */
	char text[MG_TESTING_TEXT];
};

struct mg_testing_counter {
	char name[32];
	uint64_t value;
};

/* Stands in for struct mg_host. Set the first three before the first operation. */
struct mg_testing {
	const char *gateway;   /* "test-gateway" */
	const char *instance;  /* "test" */
	const char *state_dir; /* "" */
	pthread_mutex_t lock;
	struct mg_testing_line lines[MG_TESTING_LINES];
	size_t line_count; /* all lines, also those that are not kept any more */
	char reason[MG_TESTING_TEXT];
	int error;    /* errno value that came with the reason */
	int retry_ms; /* from retry_after(), or -1 */
	unsigned retry_now_calls;
	char state[MG_TESTING_TEXT];
	bool cancelled;
	bool encode_fails; /* makes encode() answer NULL */
	struct mg_testing_counter counters[MG_TESTING_COUNTERS];
	struct mg_testing_text encoded;
	void *owned[MG_TESTING_OWNED];
	size_t owned_count;
};

static inline struct mg_testing *mg_testing_of(struct mg_host *host)
{
	return (struct mg_testing *)(void *)host;
}

/* The services. */

MG_TESTING_PRINTF(3)
static inline void mg_testing_log(
		struct mg_host *host, enum mg_log_level level, const char *format, ...)
{
	struct mg_testing *t = mg_testing_of(host);
	va_list arguments;
	va_start(arguments, format);
	pthread_mutex_lock(&t->lock);
	struct mg_testing_line *line = &t->lines[t->line_count++ % MG_TESTING_LINES];
	line->level = (int)level;
	vsnprintf(line->text, sizeof(line->text), format, arguments);
	pthread_mutex_unlock(&t->lock);
	va_end(arguments);
}

MG_TESTING_PRINTF(3)
static inline void mg_testing_give_reason(
		struct mg_host *host, int error, const char *format, ...)
{
	struct mg_testing *t = mg_testing_of(host);
	va_list arguments;
	va_start(arguments, format);
	t->error = error;
	vsnprintf(t->reason, sizeof(t->reason), format, arguments);
	va_end(arguments);
}

static inline void mg_testing_count(
		struct mg_host *host, const char *name, uint64_t amount)
{
	struct mg_testing *t = mg_testing_of(host);
	pthread_mutex_lock(&t->lock);
	for (size_t i = 0; i < MG_TESTING_COUNTERS; i++) {
		struct mg_testing_counter *counter = &t->counters[i];
		if (counter->name[0] == '\0') {
			snprintf(counter->name, sizeof(counter->name), "%s", name);
		}
		if (strcmp(counter->name, name) == 0) {
			counter->value += amount;
			break;
		}
	}
	pthread_mutex_unlock(&t->lock);
}

static inline void mg_testing_report(struct mg_host *host, const char *state)
{
	struct mg_testing *t = mg_testing_of(host);
	pthread_mutex_lock(&t->lock);
	snprintf(t->state, sizeof(t->state), "%s", state == NULL ? "" : state);
	pthread_mutex_unlock(&t->lock);
}

static inline void mg_testing_retry_after(struct mg_host *host, int milliseconds)
{
	mg_testing_of(host)->retry_ms = milliseconds;
}

static inline void mg_testing_retry_now(struct mg_host *host)
{
	struct mg_testing *t = mg_testing_of(host);
	pthread_mutex_lock(&t->lock);
	t->retry_now_calls++;
	pthread_mutex_unlock(&t->lock);
}

static inline bool mg_testing_cancelled(struct mg_host *host)
{
	struct mg_testing *t = mg_testing_of(host);
	pthread_mutex_lock(&t->lock);
	bool cancelled = t->cancelled;
	pthread_mutex_unlock(&t->lock);
	return cancelled;
}

static inline const char *mg_testing_gateway_name(struct mg_host *host)
{
	return mg_testing_of(host)->gateway;
}

static inline const char *mg_testing_instance_name(struct mg_host *host)
{
	return mg_testing_of(host)->instance;
}

static inline const char *mg_testing_state_dir(struct mg_host *host)
{
	return mg_testing_of(host)->state_dir;
}

static inline const void *mg_testing_encode(struct mg_host *host, enum mg_format format,
		const struct mg_reading *reading, size_t *length)
{
	struct mg_testing *t = mg_testing_of(host);
	if (t->encode_fails) {
		return NULL;
	}
	mg_testing_write(&t->encoded, format, reading);
	*length = t->encoded.size;
	return t->encoded.data;
}

static const struct mg_services mg_testing_services = {
	.size = (uint32_t)sizeof(struct mg_services),
	.log = mg_testing_log,
	.reason = mg_testing_give_reason,
	.encode = mg_testing_encode,
	.count = mg_testing_count,
	.report = mg_testing_report,
	.retry_after = mg_testing_retry_after,
	.retry_now = mg_testing_retry_now,
	.cancelled = mg_testing_cancelled,
	.gateway_name = mg_testing_gateway_name,
	.instance_name = mg_testing_instance_name,
	.state_dir = mg_testing_state_dir,
};

/* A test's own side. */

static inline void mg_testing_init(struct mg_testing *t)
{
	memset(t, 0, sizeof(*t));
	t->gateway = "test-gateway";
	t->instance = "test";
	t->state_dir = "";
	t->retry_ms = -1;
	pthread_mutex_init(&t->lock, NULL);
}

/* Frees the instances as well; close them before. */
static inline void mg_testing_finish(struct mg_testing *t)
{
	for (size_t i = 0; i < t->owned_count; i++) {
		free(t->owned[i]);
	}
	free(t->encoded.data);
	pthread_mutex_destroy(&t->lock);
}

/* What the gateway does before each operation: forgets the last reason. */
static inline void mg_testing_clear(struct mg_testing *t)
{
	t->reason[0] = '\0';
	t->error = 0;
	t->retry_ms = -1;
}

static inline void mg_testing_cancel(struct mg_testing *t)
{
	pthread_mutex_lock(&t->lock);
	t->cancelled = true;
	pthread_mutex_unlock(&t->lock);
}

/* 0 for a name that nothing was counted under. */
static inline uint64_t mg_testing_counter(struct mg_testing *t, const char *name)
{
	uint64_t value = 0;
	pthread_mutex_lock(&t->lock);
	for (size_t i = 0; i < MG_TESTING_COUNTERS; i++) {
		if (strcmp(t->counters[i].name, name) == 0) {
			value = t->counters[i].value;
		}
	}
	pthread_mutex_unlock(&t->lock);
	return value;
}

/* Whether one of the lines that are kept has `part` in it. */
static inline bool mg_testing_logged(struct mg_testing *t, const char *part)
{
	bool found = false;
	pthread_mutex_lock(&t->lock);
	size_t kept = t->line_count < MG_TESTING_LINES ? t->line_count : MG_TESTING_LINES;
	for (size_t i = 0; i < kept; i++) {
		found = found || strstr(t->lines[i].text, part) != NULL;
	}
	pthread_mutex_unlock(&t->lock);
	return found;
}

/* Zeroed memory that mg_testing_finish() frees. */
static inline void *mg_testing_take(struct mg_testing *t, size_t size)
{
	void *memory = calloc(1, size);
	if (memory == NULL || t->owned_count == MG_TESTING_OWNED) {
		abort();
	}
	t->owned[t->owned_count++] = memory;
	return memory;
}

static inline const char *mg_testing_copy(struct mg_testing *t, const char *text)
{
	size_t size = strlen(text) + 1;
	return (const char *)memcpy(mg_testing_take(t, size), text, size);
}

static inline struct mg_list mg_testing_split(struct mg_testing *t, const char *text)
{
	struct mg_list list = { NULL, 0 };
	char *words =
			(char *)memcpy(mg_testing_take(t, strlen(text) + 1), text, strlen(text) + 1);
	const char **items =
			(const char **)mg_testing_take(t, (strlen(text) / 2 + 1) * sizeof(*items));
	char *rest = NULL;
	for (char *word = strtok_r(words, " ", &rest); word != NULL;
			word = strtok_r(NULL, " ", &rest)) {
		items[list.count++] = word;
	}
	list.items = items;
	return list;
}

/* A number within the option's range, with one of the units of its type. */
static inline bool mg_testing_number(
		const struct mg_option *option, const char *text, int64_t *value)
{
	static const struct {
		uint32_t type;
		const char *unit;
		int64_t factor;
	} units[] = {
		{ MG_OPTION_INT, "", 1 },
		{ MG_OPTION_BYTES, "", 1 },
		{ MG_OPTION_BYTES, "K", 1 << 10 },
		{ MG_OPTION_BYTES, "M", 1 << 20 },
		{ MG_OPTION_BYTES, "G", 1 << 30 },
		{ MG_OPTION_DURATION, "ms", 1 },
		{ MG_OPTION_DURATION, "s", 1000 },
		{ MG_OPTION_DURATION, "m", 60000 },
		{ MG_OPTION_DURATION, "h", 3600000 },
		{ MG_OPTION_DURATION, "d", 86400000 },
	};
	char *end = NULL;
	long long number = strtoll(text, &end, 10);
	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
		if (end != text && units[i].type == option->type &&
				strcmp(units[i].unit, end) == 0) {
			*value = number * units[i].factor;
			return *value >= option->minimum && *value <= option->maximum;
		}
	}
	return false;
}

static inline bool mg_testing_choice(
		const struct mg_option *option, const char *text, int *value)
{
	for (int i = 0; option->choices[i] != NULL; i++) {
		if (strcmp(option->choices[i], text) == 0) {
			*value = i;
			return true;
		}
	}
	return false;
}

/* Sets one member as the gateway would; false when the text is not allowed. */
static inline bool mg_testing_set(struct mg_testing *t, void *instance,
		const struct mg_option *option, const char *text)
{
	void *member = (char *)instance + option->offset;
	switch (option->type) {
	case MG_OPTION_STRING:
	case MG_OPTION_SECRET:
		*(const char **)member = mg_testing_copy(t, text);
		return true;
	case MG_OPTION_BOOL:
		*(bool *)member = strcmp(text, "yes") == 0;
		return *(bool *)member || strcmp(text, "no") == 0;
	case MG_OPTION_LIST:
		*(struct mg_list *)member = mg_testing_split(t, text);
		return true;
	case MG_OPTION_ENUM:
		return mg_testing_choice(option, text, (int *)member);
	default:
		return mg_testing_number(option, text, (int64_t *)member);
	}
}

/* The text for `option` among "key=value" settings, else its default. */
static inline const char *mg_testing_setting(
		const struct mg_option *option, const char *const *settings)
{
	size_t length = strlen(option->name);
	for (; *settings != NULL; settings++) {
		if (strncmp(*settings, option->name, length) == 0 && (*settings)[length] == '=') {
			return *settings + length + 1;
		}
	}
	return option->fallback;
}

/*
 * A zeroed instance with its options filled in from "key=value" settings, a list that
 * ends in NULL. NULL, with the reason, when a value is not allowed or a required one is
 * missing; keys that no option has are not looked at. mg_testing_finish() frees it.
 */
static inline void *mg_testing_instance(struct mg_testing *t, uint32_t instance_size,
		const struct mg_options *options, const char *const *settings)
{
	void *instance = mg_testing_take(t, instance_size);
	struct mg_instance *base = (struct mg_instance *)instance;
	base->host = (struct mg_host *)(void *)t;
	base->gw = &mg_testing_services;
	for (uint32_t i = 0; i < options->count; i++) {
		const struct mg_option *option = &options->list[i];
		const char *text = mg_testing_setting(option, settings);
		bool missing = text == NULL && (option->flags & MG_OPTION_REQUIRED) != 0;
		if (missing || (text != NULL && !mg_testing_set(t, instance, option, text))) {
			mg_testing_give_reason(
					base->host, 0, "%s: %s", option->name, missing ? "missing" : text);
			return NULL;
		}
	}
	return instance;
}

/* A reading of a heat meter with two records, to be changed as a test likes. */
struct mg_testing_sample {
	struct mg_reading reading;
	struct mg_record records[2];
};

static inline const struct mg_reading *mg_testing_sample_init(
		struct mg_testing_sample *sample, uint64_t seq)
{
	memset(sample, 0, sizeof(*sample));
	struct mg_record *energy = &sample->records[0], *volume = &sample->records[1];
	energy->name = energy->quantity = "energy";
	energy->unit = "Wh";
	energy->type = MG_TYPE_NUMBER;
	energy->mantissa = 12345000 + (int64_t)seq;
	volume->name = volume->quantity = "volume";
	volume->unit = "m3";
	volume->type = MG_TYPE_NUMBER;
	volume->mantissa = 701500;
	volume->exponent = -3;
	struct mg_reading *reading = &sample->reading;
	reading->size = (uint32_t)sizeof(*reading);
	reading->record_size = (uint32_t)sizeof(sample->records[0]);
	reading->type = "reading";
	reading->gateway = "test-gateway";
	reading->bus = "cellar";
	reading->device = "heat-1";
	reading->label = "";
	reading->run = 1795327200123456;
	reading->seq = reading->device_seq = seq;
	reading->time = INT64_C(1795327140123456);
	reading->meter.id = "12345678";
	reading->meter.manufacturer = "KAM";
	reading->meter.medium = "heat";
	reading->meter.medium_code = 4;
	reading->meter.has = MG_METER_ID | MG_METER_MANUFACTURER | MG_METER_MEDIUM;
	reading->records = sample->records;
	reading->record_count = 2;
	reading->app_error = reading->alarm = -1;
	return reading;
}

#endif
