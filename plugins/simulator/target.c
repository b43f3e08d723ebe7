/* SPDX-License-Identifier: MIT */
/* Reads what comes before the colon in options about single meters. */
#include "target.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NUMBER_DIGITS 8
#define ADDRESS_DIGITS 3

bool target_parse(const char *text, size_t length, struct target *target)
{
	uint32_t number = 0, digits = 0;
	if (length == 1 && text[0] == '*') {
		*target = (struct target){ .kind = TARGET_ALL };
		return true;
	}
	if (length == 0 || (length > ADDRESS_DIGITS && length != NUMBER_DIGITS)) {
		return false;
	}
	for (size_t i = 0; i < length; i++) {
		if (!isdigit((unsigned char)text[i])) {
			return false;
		}
		number = number * 10 + (uint32_t)(text[i] - '0');
		digits = digits << 4 | (uint32_t)(text[i] - '0');
	}
	if (length == NUMBER_DIGITS) {
		*target = (struct target){ .kind = TARGET_NUMBER, .value = digits };
		return true;
	}
	*target = (struct target){ .kind = TARGET_ADDRESS, .value = number };
	return number <= MG_A_PRIMARY_LAST;
}

bool target_fits(const struct target *target, const struct meter *meter)
{
	switch (target->kind) {
	case TARGET_ADDRESS:
		return meter->address == (int)target->value;
	case TARGET_NUMBER:
		return meter->identity.id == target->value;
	default:
		return true;
	}
}

static bool parse_number(const char *text, int64_t *number)
{
	char *end;
	errno = 0;
	*number = strtoll(text, &end, 10);
	return errno == 0 && end != text && *end == '\0' && !isspace((unsigned char)*text);
}

bool target_value_parse(const char *option, const char *item, int64_t low, int64_t high,
		int64_t implied, struct target_value *value, char error[TARGET_ERROR_SIZE])
{
	const char *colon = strchrnul(item, ':');
	if (!target_parse(item, (size_t)(colon - item), &value->target)) {
		snprintf(error, TARGET_ERROR_SIZE,
				"%s: \"%s\" does not begin with *, a primary address (0 to %d) or a "
				"number of eight digits",
				option, item, MG_A_PRIMARY_LAST);
		return false;
	}
	value->value = implied;
	bool good = *colon == '\0' || parse_number(colon + 1, &value->value);
	if (!good || value->value < low || value->value > high) {
		snprintf(error, TARGET_ERROR_SIZE,
				"%s: \"%s\" wants a number from %lld to %lld behind a colon", option,
				item, (long long)low, (long long)high);
		return false;
	}
	return true;
}
