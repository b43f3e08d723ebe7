/* SPDX-License-Identifier: MIT */
/*
 * Where a scan stands, as text: what it covers, on which bus, how many were told, and the
 * part of its machine, with check digits at the end.
 */
#ifndef SCAN_SCAN_TOKEN_H
#define SCAN_SCAN_TOKEN_H

#include <stdbool.h>
#include <stddef.h>

#include "scan/scan.h"

/* 1 at least. */
size_t scan_speeds(const struct scan_order *order);
/* Takes what the token says of the scan, and copies the part of the machine. False with
   the reason in scan->reason when it is none, is not whole, or is of another scan. */
bool scan_token_read(struct scan *scan, const char *token, char rest[SCAN_TOKEN_SIZE]);
/* Appends the check digits; for scan_token(), and for tests that make their own. */
void scan_token_seal(char token[SCAN_TOKEN_SIZE]);

#endif
