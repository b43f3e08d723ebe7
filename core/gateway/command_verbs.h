/* SPDX-License-Identifier: MIT */
/* Which commands there are. */
#ifndef GATEWAY_COMMAND_VERBS_H
#define GATEWAY_COMMAND_VERBS_H

#include <stddef.h>

#include "gateway/command.h"

/* NULL when there is none of that name. */
const struct command_verb *command_verbs_find(const char *name);
/* NULL behind the last one. */
const struct command_verb *command_verbs_at(size_t index);

#endif
