/* SPDX-License-Identifier: MIT */
/* Makes the order of a scan from the words and flags of a command. */
#ifndef GATEWAY_COMMAND_SCAN_ORDER_H
#define GATEWAY_COMMAND_SCAN_ORDER_H

#include <stdbool.h>
#include <stddef.h>

#include "scan/scan.h"
#include "gateway/command.h"

#define COMMAND_SCAN_WHY 240

/*
 * Reads words[1] ("primary", "secondary" or none) and the flags. False with `why` in
 * words. `known` of the order is left empty; `resume` is borrowed from the flags.
 */
bool command_scan_order(const struct command_args *args, struct scan_order *order,
		char why[COMMAND_SCAN_WHY]);

#endif
