/* SPDX-License-Identifier: MIT */
/* A set of primary addresses, as bits. */
#include "scan/sweep_set.h"

#include <string.h>

#include <metergate/mbus.h>

bool sweep_set_has(const struct sweep_set *set, int address)
{
	return address >= 0 && address <= MG_A_PRIMARY_LAST &&
		   (set->bits[address / 8] >> (address % 8) & 1) != 0;
}

void sweep_set_put(struct sweep_set *set, int address, bool in)
{
	uint8_t bit = (uint8_t)(1u << (address % 8));
	uint8_t *byte = &set->bits[address / 8];
	*byte = (uint8_t)(in ? *byte | bit : *byte & ~bit);
}

size_t sweep_set_count(const struct sweep_set *set)
{
	size_t count = 0;
	for (int address = 0; address <= MG_A_PRIMARY_LAST; address++) {
		count += sweep_set_has(set, address);
	}
	return count;
}

int sweep_set_next(const struct sweep_set *set, int from)
{
	for (int address = from; address <= MG_A_PRIMARY_LAST; address++) {
		if (sweep_set_has(set, address)) {
			return address;
		}
	}
	return -1;
}

const char *sweep_set_text(const struct sweep_set *set, char text[SWEEP_SET_TEXT])
{
	static const char digits[] = "0123456789abcdef";
	size_t length = 0;
	for (size_t i = 0; i < 2 * SWEEP_SET_SIZE; i++) {
		text[i] = digits[set->bits[i / 2] >> (i % 2 * 4) & 0xF];
		length = text[i] != '0' ? i + 1 : length;
	}
	if (length == 0) {
		text[length++] = '-';
	}
	text[length] = '\0';
	return text;
}

bool sweep_set_parse(struct sweep_set *set, const char *text)
{
	static const char digits[] = "0123456789abcdef";
	size_t length = strlen(text);
	*set = (struct sweep_set){ .bits = { 0 } };
	if (length == 0 || length > 2 * SWEEP_SET_SIZE) {
		return false;
	}
	for (size_t i = 0; i < length && strcmp(text, "-") != 0; i++) {
		const char *digit = strchr(digits, text[i]);
		if (digit == NULL) {
			return false;
		}
		set->bits[i / 2] |= (uint8_t)((digit - digits) << (i % 2 * 4));
	}
	return set->bits[SWEEP_SET_SIZE - 1] >> (MG_A_PRIMARY_LAST % 8 + 1) == 0;
}
