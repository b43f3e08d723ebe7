/* SPDX-License-Identifier: MIT */
/* Strings of JSON, for what the command line prints. */
#ifndef BASE_JSON_H
#define BASE_JSON_H

#include <stdio.h>

/* The text in quotes, escaped; NULL prints null. What is no UTF-8 becomes U+FFFD. */
void json_print_string(FILE *out, const char *text);

#endif
