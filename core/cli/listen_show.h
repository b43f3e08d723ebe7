/* SPDX-License-Identifier: MIT */
/* Prints what is heard on a bus: requests, answers, and what is neither. */
#ifndef CLI_LISTEN_SHOW_H
#define CLI_LISTEN_SHOW_H

#include <stdint.h>

#include "bus/formats.h"
#include "capture/sniff.h"
#include "cli/cli.h"
#include "secure/secure.h"

struct listen_show {
	struct cli *cli;
	const char *bus;
	const struct secure_key *key; /* of all meters; NULL: none */
	struct formats *formats;
	bool raw;       /* readings with their telegrams */
	bool readings;  /* and nothing else */
	uint64_t shown; /* readings so far */
};

#define LISTEN_SHOW_DEVICE_SIZE 24

/* How readings call who answered: the address that was asked, or that of the answer, or,
   where that is none of a slave's own, the identity in the telegram. Returns `text`. */
const char *listen_show_device(
		const struct sniff_find *find, char text[LISTEN_SHOW_DEVICE_SIZE]);

/* One JSON line, or what people read. `wall` is added to times of `find` for µs since
   1970. */
void listen_show_find(
		struct listen_show *show, const struct sniff_find *find, int64_t wall);

#endif
