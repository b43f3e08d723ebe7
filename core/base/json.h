/* SPDX-License-Identifier: MIT */
/* Strings of JSON, for what the command line prints. */
#ifndef BASE_JSON_H
#define BASE_JSON_H

#include <stdio.h>

/* The text in quotes, escaped; bytes that are no UTF-8 become U+FFFD. NULL prints null.
 */
void json_print_string(FILE *out, const char *text);

#endif
