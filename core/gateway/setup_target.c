/* SPDX-License-Identifier: MIT */
/* A bus from one word of the command line. */
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/hex.h"
#include "gateway/setup.h"

#define TARGET_MAX 4096    /* bytes */
#define TARGET_KEYS_MAX 64 /* keys, also those that stand before the ? */
#define DEFAULT_TRANSPORT "serial"

/* A target being taken apart. Pieces lie in `text`, which is cut and decoded. */
struct target {
	char text[TARGET_MAX + 1];
	struct config_place place;
	struct config_errors *errors;
	struct config_value values[TARGET_KEYS_MAX];
	size_t count;
};

static bool refuse(struct target *t, const char *key, const char *format, ...)
		__attribute__((format(printf, 3, 4)));

static bool refuse(struct target *t, const char *key, const char *format, ...)
{
	char text[CONFIG_ERROR_SIZE / 2];
	va_list arguments;
	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	config_errors_add(t->errors, &t->place, NULL, key, "%s", text);
	return false;
}

/* Replaces each %XX by its byte, in place. */
static bool decode(struct target *t, char *text)
{
	char *out = text;
	for (const char *in = text; *in != '\0'; in++) {
		if (*in != '%') {
			*out++ = *in;
			continue;
		}
		int high = hex_value(in[1]);
		int low = high < 0 ? -1 : hex_value(in[2]);
		if (low < 0 || high * 16 + low < 0x20) {
			return refuse(t, NULL,
					"\"%.3s\": behind %% there must be two hex digits of a character, "
					"%%25 for %% itself",
					in);
		}
		*out++ = (char)(high * 16 + low);
		in += 2;
	}
	*out = '\0';
	return true;
}

static bool add(struct target *t, const char *key, const char *value)
{
	for (size_t i = 0; i < t->count; i++) {
		if (strcmp(t->values[i].key, key) == 0) {
			return refuse(t, key, "is there twice");
		}
	}
	if (t->count >= TARGET_KEYS_MAX) {
		return refuse(
				t, key, "is one key too many: at most %d are allowed", TARGET_KEYS_MAX);
	}
	t->values[t->count++] = (struct config_value){
		.key = key,
		.value = value,
		.key_place = t->place,
		.place = t->place,
	};
	return true;
}

static bool add_decoded(struct target *t, const char *key, char *value)
{
	return decode(t, value) && add(t, key, value);
}

/* "key=value&key=value". */
static bool read_query(struct target *t, char *query)
{
	char *item;
	while ((item = strsep(&query, "&")) != NULL) {
		if (item[0] == '\0') {
			continue;
		}
		char *equals = strchr(item, '=');
		if (equals == NULL || equals == item) {
			return refuse(t, NULL, "\"%.64s\": expected key=value behind the ?", item);
		}
		*equals = '\0';
		if (!add_decoded(t, item, equals + 1)) {
			return false;
		}
	}
	return true;
}

/* "host:port", "host" or "[IPv6]:port". */
static bool read_host(struct target *t, char *rest)
{
	char *end = rest;
	rest[strcspn(rest, "/")] = '\0';
	if (rest[0] == '[') {
		rest++;
		end = strchr(rest, ']');
		if (end == NULL || (end[1] != ':' && end[1] != '\0')) {
			return refuse(t, NULL,
					"expected [ADDRESS]:PORT, with the IPv6 address in brackets");
		}
		*end++ = '\0';
	}
	char *port = strchr(end, ':');
	if (port != NULL) {
		*port++ = '\0';
		if (strchr(port, ':') != NULL) {
			return refuse(t, NULL,
					"two colons: write an IPv6 address in brackets, as in "
					"tcp://[::1]:10001");
		}
	}
	return (rest[0] == '\0' || add_decoded(t, "host", rest)) &&
		   (port == NULL || port[0] == '\0' || add_decoded(t, "port", port));
}

/* What stands between the scheme and the ?, as the transport understands it. */
static bool read_rest(struct target *t, const struct plugin *plugin, char *rest)
{
	const struct mg_options *options = &plugin->description->transport->options;
	if (rest[0] == '\0') {
		return true;
	}
	if (option_find(options, "host") != NULL) {
		return read_host(t, rest);
	}
	if (option_find(options, "path") != NULL) {
		return add_decoded(t, "path", rest);
	}
	return refuse(t, NULL,
			"the transport %s wants nothing between :// and ?, as in %s://?KEY=VALUE",
			plugin->name, plugin->name);
}

/* Cuts "tcp://rest" in two; anything else is a path for the serial transport. */
static const char *split_scheme(char *text, char **rest)
{
	char *mark = strstr(text, "://");
	if (mark == NULL || mark == text ||
			memchr(text, '/', (size_t)(mark - text)) != NULL) {
		*rest = text;
		return DEFAULT_TRANSPORT;
	}
	*mark = '\0';
	*rest = mark + 3;
	return text;
}

static bool read_target(struct target *t, struct plugins *plugins, char *name)
{
	char *query = strchr(t->text, '?');
	char *rest;
	if (query != NULL) {
		*query++ = '\0';
	}
	const char *transport = split_scheme(t->text, &rest);
	const char *base = strrchr(rest, '/');
	base = base != NULL && base[1] != '\0' ? base + 1 : rest;
	config_name_make(base[0] != '\0' ? base : transport, name);
	char why[PLUGIN_WHY_SIZE];
	const struct plugin *plugin = plugins_find(plugins, transport, why, sizeof(why));
	/* Without the plugin, what is wrong with it is said when the bus is made. */
	bool known = plugin != NULL && plugin->description->transport != NULL;
	return add(t, "transport", transport) && (!known || read_rest(t, plugin, rest)) &&
		   (query == NULL || read_query(t, query));
}

static bool make_bus(struct target *t, struct plugins *plugins, struct setup_bus **bus)
{
	char name[CONFIG_NAME_MAX + 1];
	if (!read_target(t, plugins, name)) {
		return false;
	}
	const struct config_section section = {
		.kind = sections_get(SECTION_BUS)->kind,
		.name = name,
		.bus = "",
		.device = "",
		.folder = ".",
		.place = t->place,
		.values = t->values,
		.count = t->count,
	};
	size_t before = t->errors->errors;
	*bus = setup_bus_create(&section, plugins, t->errors);
	if (t->errors->errors > before) {
		setup_bus_destroy(*bus);
		*bus = NULL;
	}
	return *bus != NULL;
}

bool setup_bus_from_target(const char *target, struct plugins *plugins,
		struct setup_bus **bus, struct config_errors *errors)
{
	struct target *t = calloc(1, sizeof(*t));
	*bus = NULL;
	if (t == NULL) {
		config_errors_add(errors, NULL, NULL, NULL, "memory is short");
		return false;
	}
	t->place.file = target;
	t->errors = errors;
	bool fine = strlen(target) <= TARGET_MAX ||
				refuse(t, NULL, "a target of more than %d bytes", TARGET_MAX);
	if (fine) {
		memcpy(t->text, target, strlen(target) + 1);
		fine = make_bus(t, plugins, bus);
	}
	explicit_bzero(t->text, sizeof(t->text));
	free(t);
	return fine;
}
