/* SPDX-License-Identifier: MIT */
/* Services for tests of transport plugins: they keep what the plugin said. */
#ifndef TESTS_TRANSPORT_SERVICES_H
#define TESTS_TRANSPORT_SERVICES_H

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <metergate/plugin.h>

struct mg_host {
	char reason[512];
	int error;
	char logged[512]; /* the last line */
	int log_count;
	char counted[64];
	uint64_t amount;
	char state[128];
};

static void fake_log(struct mg_host *host, enum mg_log_level level, const char *format,
		...) __attribute__((format(printf, 3, 4)));
static void fake_log(
		struct mg_host *host, enum mg_log_level level, const char *format, ...)
{
	va_list arguments;
	(void)level;
	va_start(arguments, format);
	vsnprintf(host->logged, sizeof(host->logged), format, arguments);
	va_end(arguments);
	host->log_count++;
}

static void fake_reason(struct mg_host *host, int error, const char *format, ...)
		__attribute__((format(printf, 3, 4)));
static void fake_reason(struct mg_host *host, int error, const char *format, ...)
{
	va_list arguments;
	host->error = error;
	va_start(arguments, format);
	vsnprintf(host->reason, sizeof(host->reason), format, arguments);
	va_end(arguments);
}

static void fake_count(struct mg_host *host, const char *name, uint64_t amount)
{
	snprintf(host->counted, sizeof(host->counted), "%s", name);
	host->amount += amount;
}

static void fake_report(struct mg_host *host, const char *state)
{
	snprintf(host->state, sizeof(host->state), "%s", state != NULL ? state : "");
}

static bool fake_cancelled(struct mg_host *host)
{
	(void)host;
	return false;
}

static const char *fake_name(struct mg_host *host)
{
	(void)host;
	return "cellar";
}

static const struct mg_services fake_services = {
	.size = sizeof(struct mg_services),
	.log = fake_log,
	.reason = fake_reason,
	.count = fake_count,
	.report = fake_report,
	.cancelled = fake_cancelled,
	.gateway_name = fake_name,
	.instance_name = fake_name,
	.state_dir = fake_name,
};

/* Stores a value in the member that the plugin's option table names. */
static inline const struct mg_option *fake_option(
		const struct mg_transport *transport, const char *name)
{
	for (uint32_t i = 0; i < transport->options.count; i++) {
		if (strcmp(transport->options.list[i].name, name) == 0) {
			return &transport->options.list[i];
		}
	}
	return NULL;
}

static inline void fake_set_int(
		const struct mg_transport *transport, void *self, const char *name, int64_t value)
{
	memcpy((char *)self + fake_option(transport, name)->offset, &value, sizeof(value));
}

static inline void fake_set_string(const struct mg_transport *transport, void *self,
		const char *name, const char *value)
{
	memcpy((char *)self + fake_option(transport, name)->offset, &value, sizeof(value));
}

static inline void fake_set_bool(
		const struct mg_transport *transport, void *self, const char *name, bool value)
{
	memcpy((char *)self + fake_option(transport, name)->offset, &value, sizeof(value));
}

static inline void fake_set_enum(
		const struct mg_transport *transport, void *self, const char *name, int value)
{
	memcpy((char *)self + fake_option(transport, name)->offset, &value, sizeof(value));
}

static inline void fake_set_list(const struct mg_transport *transport, void *self,
		const char *name, struct mg_list value)
{
	memcpy((char *)self + fake_option(transport, name)->offset, &value, sizeof(value));
}

/* A fresh instance whose host is `host`. */
static inline void fake_connect(void *self, size_t size, struct mg_host *host)
{
	struct mg_instance instance = { host, &fake_services };
	memset(self, 0, size);
	memset(host, 0, sizeof(*host));
	memcpy(self, &instance, sizeof(instance));
}

#endif
