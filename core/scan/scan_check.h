/* SPDX-License-Identifier: MIT */
/*
 * Whether the meters that a scan has found are still there. A converter that falls mute
 * leaves nothing but silence, as addresses without a meter do: so after a long silence,
 * and at the end of each speed, one of those that were found is asked again.
 */
#ifndef SCAN_SCAN_CHECK_H
#define SCAN_SCAN_CHECK_H

#include <stdbool.h>
#include <stdint.h>

#include "scan/scan.h"

/* The exchange of the machine of a speed has ended. Keeps the token of the scan where it
   stood at the last answer. */
void scan_check_count(struct scan *scan);
/* A machine has begun: there is nothing before it to go back to. */
void scan_check_mark(struct scan *scan);
/* Whether a meter is to be asked before the scan goes on. */
bool scan_check_is_due(const struct scan *scan);
void scan_check_ask(struct scan *scan, int64_t now);
/* That exchange has ended. True when the check is over: with an answer, or with
   scan->reason, and then the scan is to end. */
bool scan_check_take(struct scan *scan);

#endif
