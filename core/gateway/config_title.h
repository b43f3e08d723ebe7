/* SPDX-License-Identifier: MIT */
/* Takes apart what stands between the brackets of a section. */
#ifndef GATEWAY_CONFIG_TITLE_H
#define GATEWAY_CONFIG_TITLE_H

#include <stdbool.h>

#include "gateway/config.h"

/*
 * Sets title, kind, name, bus and device of `section` from "bus cellar" and the like;
 * its place is set. False after what is wrong was added to `errors`.
 */
bool config_title_read(struct config_section *section, const char *text,
		struct option_memory *memory, struct config_errors *errors);

#endif
