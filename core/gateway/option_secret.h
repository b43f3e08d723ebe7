/* SPDX-License-Identifier: MIT */
/* Fetches secrets from where the configuration says they are kept. */
#ifndef GATEWAY_OPTION_SECRET_H
#define GATEWAY_OPTION_SECRET_H

#include <stdbool.h>
#include <stddef.h>

/* True for a secret that stands in the configuration itself. */
bool option_secret_inline(const char *value);

/*
 * Reads "file:PATH" (relative paths from `folder`, NULL: the working directory) or
 * "credential:NAME" (a file of $CREDENTIALS_DIRECTORY) into `secret`, of at most
 * `secret_size` bytes with its NUL, without a line end behind it. Files that the group or
 * others can read are refused, except credentials, which the service manager guards.
 * `why` says what is wrong and never what was read.
 */
bool option_secret_read(const char *value, const char *folder, char *secret,
		size_t secret_size, char *why, size_t size);

#endif
