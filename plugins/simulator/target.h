/* SPDX-License-Identifier: MIT */
/* Which meters an item of an option means, and what it says of them. */
#ifndef SIMULATOR_TARGET_H
#define SIMULATOR_TARGET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "meter.h"

#define TARGET_ERROR_SIZE 240

/* "*" means all, "5" the meters at primary address 5, "12345678" those with this number
 * (eight digits). */
struct target {
	enum { TARGET_ALL, TARGET_ADDRESS, TARGET_NUMBER } kind;
	uint32_t value; /* address, or number in BCD */
};

/* An item such as "5:-90", the value of which is a whole number. */
struct target_value {
	struct target target;
	int64_t value;
};

/* Reads the `length` characters of a target; false when they are none. */
bool target_parse(const char *text, size_t length, struct target *target);

bool target_fits(const struct target *target, const struct meter *meter);

/*
 * Reads TARGET:VALUE, VALUE between `low` and `high`; TARGET alone means `implied`, if
 * that lies between them. False with the reason in `error`, which names the `option`.
 */
bool target_value_parse(const char *option, const char *item, int64_t low, int64_t high,
		int64_t implied, struct target_value *value, char error[TARGET_ERROR_SIZE]);

#endif
