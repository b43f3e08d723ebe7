/* SPDX-License-Identifier: MIT */
/* Takes the line of a command apart into words and flags. */
#ifndef GATEWAY_COMMAND_WORDS_H
#define GATEWAY_COMMAND_WORDS_H

#include <stdbool.h>
#include <stddef.h>

#include "gateway/command.h"

#define COMMAND_WORDS_WHY 160

/* Cuts `line` in place: *verb is its first word, "" when there is none; args borrow it.
   False with `why` in words. */
bool command_words_split(
		char *line, const char **verb, struct command_args *args, char *why, size_t size);

/* Writes the word as a line wants it, in quotes where it needs them. False when no line
   can have it, because there are control characters in it. */
bool command_words_put(FILE *out, const char *word);

#endif
