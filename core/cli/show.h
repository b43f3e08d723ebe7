/* SPDX-License-Identifier: MIT */
/* Prints readings: JSON lines for programs, a table for people. */
#ifndef CLI_SHOW_H
#define CLI_SHOW_H

#include <metergate/reading.h>

#include "cli/cli.h"

/* One line of JSON, or a table under "bus/device", as cli->json says. */
void show_reading(struct cli *cli, const struct mg_reading *reading, bool raw);

/* The table under "bus/device". */
void show_people(FILE *out, const struct mg_reading *reading);

/* One line of JSON. `raw`: with the telegrams and the data bytes of every record. */
void show_json(struct cli *cli, const struct mg_reading *reading, bool raw);

#endif
