/* SPDX-License-Identifier: MIT */
/* One line of the inventory: an object with certain keys in a certain order. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "gateway/inventory.h"

#define BAUD_MOST 38400

static const char *const hows[] = { "primary", "secondary" };

/* A name that stands in quotes as it is, without anything to be escaped. */
static bool is_plain(const char *text)
{
	for (const char *c = text; *c != '\0'; c++) {
		if (*c == '"' || *c == '\\' || (unsigned char)*c < 0x20 || *c == 0x7F) {
			return false;
		}
	}
	return text[0] != '\0';
}

bool inventory_line_write(const struct inventory_meter *meter, char *line, size_t size)
{
	char secondary[MG_IDENTITY_SIZE];
	if (!is_plain(meter->bus)) {
		return false;
	}
	int length = snprintf(line, size,
			"{\"bus\":\"%s\",\"secondary\":\"%s\",\"medium\":\"%s\",\"address\":%d,"
			"\"baud\":%" PRIu32 ",\"how\":\"%s\",\"first_seen\":\"%s\","
			"\"last_seen\":\"%s\"}",
			meter->bus, mg_identity_text(&meter->identity, secondary),
			mg_medium_text(meter->identity.medium), meter->address, meter->baud,
			hows[meter->secondary], meter->first_seen, meter->last_seen);
	return length > 0 && (size_t)length < size;
}

/* Goes over a text that has to stand there. */
static bool pass(const char **at, const char *text)
{
	size_t length = strlen(text);
	if (strncmp(*at, text, length) != 0) {
		return false;
	}
	*at += length;
	return true;
}

/* The string of a key, up to its closing quote. */
static bool read_text(const char **at, const char *key, char *text, size_t size)
{
	if (!pass(at, key) || !pass(at, ":\"")) {
		return false;
	}
	size_t length = strcspn(*at, "\"");
	if ((*at)[length] != '"' || length >= size) {
		return false;
	}
	memcpy(text, *at, length);
	text[length] = '\0';
	*at += length + 1;
	return is_plain(text);
}

static bool read_number(
		const char **at, const char *key, int32_t low, int32_t high, int32_t *number)
{
	int length = 0;
	if (!pass(at, key) || !pass(at, ":")) {
		return false;
	}
	if (sscanf(*at, "%6" SCNd32 "%n", number, &length) != 1 || length == 0) {
		return false;
	}
	*at += length;
	return *number >= low && *number <= high;
}

/* 2026-11-22T05:59:00Z */
static bool is_time(const char *text)
{
	static const char shape[] = "dddd-dd-ddTdd:dd:ddZ";
	for (size_t i = 0; i < sizeof(shape); i++) {
		bool digit = text[i] >= '0' && text[i] <= '9';
		if (shape[i] == 'd' ? !digit : text[i] != shape[i]) {
			return false;
		}
	}
	return true;
}

static bool read_identity(const char **at, struct mg_identity *identity)
{
	char text[MG_IDENTITY_SIZE], again[MG_IDENTITY_SIZE];
	size_t wrong;
	return read_text(at, ",\"secondary\"", text, sizeof(text)) &&
		   mg_identity_parse(text, identity, &wrong) &&
		   strcmp(mg_identity_text(identity, again), text) == 0;
}

static bool read_how(const char **at, bool *secondary)
{
	char how[16];
	if (!read_text(at, ",\"how\"", how, sizeof(how))) {
		return false;
	}
	*secondary = strcmp(how, hows[true]) == 0;
	return *secondary || strcmp(how, hows[false]) == 0;
}

static bool read_time(const char **at, const char *key, char time[INVENTORY_TIME_SIZE])
{
	return read_text(at, key, time, INVENTORY_TIME_SIZE) && is_time(time);
}

static bool step(bool good, const char *key, const char **why)
{
	*why = good ? *why : key;
	return good;
}

bool inventory_line_read(
		const char *line, struct inventory_meter *meter, const char **why)
{
	char medium[40];
	int32_t baud = 0;
	*meter = (struct inventory_meter){ .address = -1 };
	bool good = step(read_text(&line, "{\"bus\"", meter->bus, sizeof(meter->bus)), "bus",
						why) &&
				step(read_identity(&line, &meter->identity), "secondary", why) &&
				step(read_text(&line, ",\"medium\"", medium, sizeof(medium)), "medium",
						why) &&
				step(read_number(&line, ",\"address\"", -1, MG_A_PRIMARY_LAST,
							 &meter->address),
						"address", why) &&
				step(read_number(&line, ",\"baud\"", 0, BAUD_MOST, &baud), "baud", why) &&
				step(read_how(&line, &meter->secondary), "how", why) &&
				step(read_time(&line, ",\"first_seen\"", meter->first_seen), "first_seen",
						why) &&
				step(read_time(&line, ",\"last_seen\"", meter->last_seen), "last_seen",
						why) &&
				step(strcmp(line, "}") == 0, "the end", why);
	meter->baud = (uint32_t)baud;
	return good;
}
