/* SPDX-License-Identifier: MIT */
/* Names of gateways, buses, devices and sinks. */
#include "gateway/config_name.h"

#include <string.h>

static bool is_alphanumeric(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

static bool is_name_character(char c)
{
	return is_alphanumeric(c) || c == '.' || c == '_' || c == '-';
}

bool config_name_valid(const char *name, size_t length)
{
	if (length < 1 || length > CONFIG_NAME_MAX || !is_alphanumeric(name[0])) {
		return false;
	}
	for (size_t i = 1; i < length; i++) {
		if (!is_name_character(name[i])) {
			return false;
		}
	}
	return true;
}

void config_name_make(const char *text, char *name)
{
	size_t length = 0;
	for (; *text != '\0' && length < CONFIG_NAME_MAX; text++) {
		if (is_name_character(*text) && (length > 0 || is_alphanumeric(*text))) {
			name[length++] = *text;
		} else if (length > 0 && name[length - 1] != '-') {
			name[length++] = '-';
		}
	}
	while (length > 0 && !is_alphanumeric(name[length - 1])) {
		length--;
	}
	name[length] = '\0';
	if (length == 0) {
		memcpy(name, "unnamed", sizeof("unnamed"));
	}
}
