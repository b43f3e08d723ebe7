/* SPDX-License-Identifier: MIT */
/* Prints a reading as a table for people. */
#ifndef CLI_SHOW_TABLE_H
#define CLI_SHOW_TABLE_H

#include <stdio.h>

#include <metergate/reading.h>

/*
 * `title`, who answered, the records in people's units with what is not ordinary about
 * each, and what is wrong. Nothing that a meter sent steers the terminal.
 */
void show_table(FILE *out, const char *title, const struct mg_reading *reading);

#endif
