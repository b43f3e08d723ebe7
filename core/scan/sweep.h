/* SPDX-License-Identifier: MIT */
/* The sweep over primary addresses, at one speed. */
#ifndef SCAN_SWEEP_H
#define SCAN_SWEEP_H

#include <stddef.h>

#include "scan/scan.h"

struct sweep;

/* As search.h. */
struct sweep *sweep_create(struct scan *scan, const char *resume);
void sweep_destroy(struct sweep *sweep);
enum task_next sweep_ask(struct sweep *sweep, int64_t now);
void sweep_take(struct sweep *sweep, bool *yields, int64_t now);
void sweep_token(const struct sweep *sweep, char *token, size_t size);

#endif
