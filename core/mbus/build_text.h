/* SPDX-License-Identifier: MIT */
/* Names and reasons, which builders compare as text. */
#ifndef MBUS_BUILD_TEXT_H
#define MBUS_BUILD_TEXT_H

#include <stdbool.h>
#include <string.h>

#include <metergate/mbus.h>

/* NULL is the same as NULL only. */
static inline bool build_text_same(const char *a, const char *b)
{
	return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

/* True for a value that is none for this reason. */
static inline bool build_text_invalid(const struct mg_value *value, const char *reason)
{
	return value->type == MG_TYPE_NONE && value->quality == MG_QUALITY_INVALID &&
		   build_text_same(value->reason, reason);
}

#endif
