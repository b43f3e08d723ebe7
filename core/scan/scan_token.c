/* SPDX-License-Identifier: MIT */
/* Where a scan stands, as text, and back. */
#include "scan/scan_token.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "scan/search.h"
#include "scan/sweep.h"

/* The longest name of a bus in a token. */
#define TOKEN_BUS_MAX 64
#define TOKEN_BUS "64"
#define TOKEN_BEFORE_MAX 999999999u
#define HASH_BEGIN UINT32_C(2166136261)
/* In front of the check digits. A token that is cut short has none. */
#define SEAL '~'
#define SEAL_SIZE 5

static const char letters[] = { [SCAN_PRIMARY] = 'p', [SCAN_SECONDARY] = 's' };

size_t scan_speeds(const struct scan_order *order)
{
	return order->baud_count > 0 ? order->baud_count : 1;
}

/* FNV-1a */
static uint32_t mix(uint32_t hash, const void *bytes, size_t size)
{
	const uint8_t *byte = bytes;
	for (size_t i = 0; i < size; i++) {
		hash = (hash ^ byte[i]) * UINT32_C(16777619);
	}
	return hash;
}

static unsigned check_of(const char *token, size_t length)
{
	uint32_t hash = mix(HASH_BEGIN, token, length);
	return (hash >> 16 ^ hash) & UINT16_MAX;
}

/* What the order covers; how it goes about that does not matter. */
static uint32_t order_hash(const struct scan_order *order)
{
	uint8_t mask[8];
	mg_identity_put(&order->mask, mask);
	uint8_t hex = order->hex;
	uint32_t hash = mix(HASH_BEGIN, order->bauds, order->baud_count * sizeof(uint32_t));
	hash = mix(hash, &hex, sizeof(hex));
	return order->kind == SCAN_PRIMARY
				   ? mix(hash, order->addresses, sizeof(order->addresses))
				   : mix(hash, mask, sizeof(mask));
}

static uint32_t port_hash(const struct scan *scan)
{
	const char *port = scan->order.port != NULL ? scan->order.port : "";
	return mix(HASH_BEGIN, port, strlen(port));
}

static const char *bus_of(const struct scan *scan)
{
	return scan->order.bus != NULL ? scan->order.bus : "-";
}

static bool refuse(struct scan *scan, const char *format, ...)
		__attribute__((format(printf, 2, 3)));
static bool refuse(struct scan *scan, const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	vsnprintf(scan->reason, sizeof(scan->reason), format, arguments);
	va_end(arguments);
	return false;
}

/* What a token says of its scan, in front of the part of the machine. */
struct head {
	char letter;
	unsigned at; /* which of the speeds */
	uint32_t hash;
	unsigned before;
	uint32_t port; /* hash */
	char bus[TOKEN_BUS_MAX + 1];
};

/* Reads "p.1.89abcdef.12.01234567.cellar:REST"; *rest is where the machine's own part
   begins. */
static bool read_head(const char *token, struct head *head, const char **rest)
{
	int end = 0;
	if (sscanf(token,
				"%c.%2u.%8" SCNx32 ".%9u.%8" SCNx32 ".%" TOKEN_BUS "[A-Za-z0-9._-]:%n",
				&head->letter, &head->at, &head->hash, &head->before, &head->port,
				head->bus, &end) != 6 ||
			end == 0 || head->before > TOKEN_BEFORE_MAX) {
		return false;
	}
	*rest = token + end;
	return memchr(letters, head->letter, sizeof(letters)) != NULL;
}

/* A bus may be named by its port alone, and an adapter may come back at another port. */
static bool is_elsewhere(const struct scan *scan, const struct head *head)
{
	bool same_port = scan->order.port != NULL && head->port == port_hash(scan);
	return !same_port && strcmp(head->bus, bus_of(scan)) != 0;
}

static bool fits(struct scan *scan, const struct head *head)
{
	enum scan_kind kind = scan->order.kind;
	if (is_elsewhere(scan, head)) {
		return refuse(scan, "the token is of another bus: %s, and this is %s", head->bus,
				bus_of(scan));
	}
	if (head->letter != letters[kind]) {
		return refuse(scan, "the token is of a %s",
				kind == SCAN_PRIMARY
						? "secondary scan: add --secondary"
						: "primary scan: leave out --secondary and the mask");
	}
	if (head->hash != order_hash(&scan->order) || head->at >= scan_speeds(&scan->order)) {
		return refuse(scan,
				"the token is of a scan with other %s or speeds: repeat that "
				"command, and add only the token",
				kind == SCAN_PRIMARY ? "addresses" : "masks");
	}
	return true;
}

/* Copies the token without its check digits. False when these are not there, or wrong. */
static bool unseal(const char *token, char text[SCAN_TOKEN_SIZE])
{
	size_t length = strlen(token);
	char seal[SEAL_SIZE + 1];
	if (length < SEAL_SIZE || length >= SCAN_TOKEN_SIZE) {
		return false;
	}
	length -= SEAL_SIZE;
	snprintf(seal, sizeof(seal), "%c%04x", SEAL, check_of(token, length));
	snprintf(text, SCAN_TOKEN_SIZE, "%.*s", (int)length, token);
	return strcmp(token + length, seal) == 0;
}

bool scan_token_read(struct scan *scan, const char *token, char rest[SCAN_TOKEN_SIZE])
{
	struct head head;
	char text[SCAN_TOKEN_SIZE];
	const char *own;
	if (!unseal(token, text) || !read_head(text, &head, &own)) {
		return refuse(scan,
				"this is no token of a scan, or not all of it: give it as the scan "
				"printed it");
	}
	scan->baud_at = head.at;
	scan->before = head.before;
	snprintf(rest, SCAN_TOKEN_SIZE, "%s", own);
	return fits(scan, &head);
}

void scan_token_seal(char token[SCAN_TOKEN_SIZE])
{
	size_t length = strlen(token);
	if (length + SEAL_SIZE < SCAN_TOKEN_SIZE) {
		snprintf(token + length, SCAN_TOKEN_SIZE - length, "%c%04x", SEAL,
				check_of(token, length));
	}
}

/* Meters that a scan which goes on from here will not tell again. */
static size_t told(const struct scan *scan)
{
	size_t others = 0;
	if (scan->machine == NULL || scan->order.kind == SCAN_PRIMARY) {
		return scan->before + scan->count;
	}
	for (size_t i = 0; i < scan->count; i++) {
		others += scan->found[i].baud != scan->progress.baud;
	}
	/* One that begins anew tells those of this speed again. */
	bool anew = !search_is_split(scan->machine) && scan->baud_at == 0;
	return anew ? 0 : scan->before + others + search_settled(scan->machine);
}

static void put_machine(const struct scan *scan, char *token, size_t size)
{
	if (scan->machine == NULL) {
		return;
	}
	if (scan->order.kind == SCAN_PRIMARY) {
		sweep_token(scan->machine, token, size);
	} else {
		search_token(scan->machine, token, size);
	}
}

const char *scan_token(const struct scan *scan, char token[SCAN_TOKEN_SIZE])
{
	token[0] = '\0';
	if (scan->fell_silent) {
		memcpy(token, scan->check.token, SCAN_TOKEN_SIZE);
		return token;
	}
	/* Between two speeds, with a check or a release, it goes on at the next one. */
	size_t at = scan->baud_at + (scan->machine == NULL);
	if (at >= scan_speeds(&scan->order)) {
		return token;
	}
	int length = snprintf(token, SCAN_TOKEN_SIZE,
			"%c.%zu.%08" PRIx32 ".%zu.%08" PRIx32 ".%s:", letters[scan->order.kind], at,
			order_hash(&scan->order), told(scan), port_hash(scan), bus_of(scan));
	put_machine(scan, token + length, SCAN_TOKEN_SIZE - (size_t)length - SEAL_SIZE);
	scan_token_seal(token);
	return token;
}
