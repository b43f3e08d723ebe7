/* SPDX-License-Identifier: MIT */
/* A hash map from bus and device to a counter. */
#include "route/sequence.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define SLOTS_FIRST 64 /* a power of two, as all sizes */

struct entry {
	char *key; /* bus, NUL, device, NUL; NULL: free */
	uint64_t hash;
	uint64_t last;
};

struct sequence {
	struct entry *entries; /* open addressing, at most half full */
	size_t slots, count, limit;
};

struct sequence *sequence_create(size_t devices)
{
	struct sequence *sequence = calloc(1, sizeof(*sequence));
	if (sequence == NULL) {
		return NULL;
	}
	sequence->entries = calloc(SLOTS_FIRST, sizeof(*sequence->entries));
	if (sequence->entries == NULL) {
		free(sequence);
		return NULL;
	}
	sequence->slots = SLOTS_FIRST;
	sequence->limit = devices;
	return sequence;
}

void sequence_destroy(struct sequence *sequence)
{
	if (sequence == NULL) {
		return;
	}
	for (size_t i = 0; i < sequence->slots; i++) {
		free(sequence->entries[i].key);
	}
	free(sequence->entries);
	free(sequence);
}

/* FNV-1a over both names with their NULs. */
static uint64_t hash_names(const char *bus, const char *device)
{
	uint64_t hash = 0xCBF29CE484222325u;
	const char *names[] = { bus, device };
	for (size_t i = 0; i < 2; i++) {
		const char *at = names[i];
		do {
			hash = (hash ^ (uint8_t)*at) * 0x100000001B3u;
		} while (*at++ != '\0');
	}
	return hash;
}

static bool same_names(const char *key, const char *bus, const char *device)
{
	return strcmp(key, bus) == 0 && strcmp(key + strlen(bus) + 1, device) == 0;
}

/* The entry of the device, or the free one where it belongs. */
static struct entry *find(struct entry *entries, size_t slots, uint64_t hash,
		const char *bus, const char *device)
{
	size_t at = (size_t)hash & (slots - 1);
	while (entries[at].key != NULL &&
			(entries[at].hash != hash || !same_names(entries[at].key, bus, device))) {
		at = (at + 1) & (slots - 1);
	}
	return &entries[at];
}

static bool grow(struct sequence *sequence)
{
	size_t slots = sequence->slots * 2;
	struct entry *entries = calloc(slots, sizeof(*entries));
	if (entries == NULL) {
		return false;
	}
	for (size_t i = 0; i < sequence->slots; i++) {
		const struct entry *old = &sequence->entries[i];
		if (old->key != NULL) {
			const char *device = old->key + strlen(old->key) + 1;
			*find(entries, slots, old->hash, old->key, device) = *old;
		}
	}
	free(sequence->entries);
	sequence->entries = entries;
	sequence->slots = slots;
	return true;
}

static char *join(const char *bus, const char *device)
{
	size_t bus_size = strlen(bus) + 1, device_size = strlen(device) + 1;
	char *key = malloc(bus_size + device_size);
	if (key != NULL) {
		memcpy(key, bus, bus_size);
		memcpy(key + bus_size, device, device_size);
	}
	return key;
}

static struct entry *add(
		struct sequence *sequence, uint64_t hash, const char *bus, const char *device)
{
	if (sequence->count >= sequence->limit ||
			(sequence->count * 2 >= sequence->slots && !grow(sequence))) {
		return NULL;
	}
	struct entry *entry = find(sequence->entries, sequence->slots, hash, bus, device);
	entry->key = join(bus, device);
	if (entry->key == NULL) {
		return NULL;
	}
	entry->hash = hash;
	sequence->count++;
	return entry;
}

uint64_t sequence_next(struct sequence *sequence, const char *bus, const char *device)
{
	uint64_t hash = hash_names(bus, device);
	struct entry *entry = find(sequence->entries, sequence->slots, hash, bus, device);
	if (entry->key == NULL) {
		entry = add(sequence, hash, bus, device);
	}
	return entry == NULL ? 0 : ++entry->last;
}
