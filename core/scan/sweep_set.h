/* SPDX-License-Identifier: MIT */
/* A set of primary addresses, 0 to 250, as bits. */
#ifndef SCAN_SWEEP_SET_H
#define SCAN_SWEEP_SET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SWEEP_SET_SIZE 32
/* Room for what sweep_set_text() writes. */
#define SWEEP_SET_TEXT (2 * SWEEP_SET_SIZE + 1)

/* All zero: empty. */
struct sweep_set {
	uint8_t bits[SWEEP_SET_SIZE];
};

bool sweep_set_has(const struct sweep_set *set, int address);
void sweep_set_put(struct sweep_set *set, int address, bool in);
size_t sweep_set_count(const struct sweep_set *set);
/* The lowest address in it that is `from` or higher; -1: none. */
int sweep_set_next(const struct sweep_set *set, int from);
/* As hex digits, those at the end that are 0 left out; "-" for the empty set. */
const char *sweep_set_text(const struct sweep_set *set, char text[SWEEP_SET_TEXT]);
/* Reads that again. Addresses beyond 250 are an error, too. */
bool sweep_set_parse(struct sweep_set *set, const char *text);

#endif
