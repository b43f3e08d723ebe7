/* SPDX-License-Identifier: MIT */
/* Says in words what buses and sinks did: the accounts at the end of a run. */
#ifndef GATEWAY_ACCOUNT_H
#define GATEWAY_ACCOUNT_H

#include <stddef.h>

#include "gateway/running.h"

#define ACCOUNT_SIZE 896 /* room for any line below */

/* One line each, without a line end. */
void account_bus(const struct running_bus *running, char *text, size_t size);
void account_sink(const struct running_sink *running, char *text, size_t size);

#endif
