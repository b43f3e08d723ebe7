/* SPDX-License-Identifier: MIT */
/* A mask that several meters answered to, on its way to be split value by value. */
#ifndef SCAN_SEARCH_NODE_H
#define SCAN_SEARCH_NODE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "scan/search_evidence.h"
#include "scan/search_mask.h"

/* Nodes within each other at most: one for each place of a mask, and the whole. */
#define SEARCH_DEPTH_MAX (SEARCH_PLACES + 1)
#define SEARCH_NODE_NONE (-1)

/* Which values of a place are tried. */
struct search_choice {
	bool hex;       /* digits A to E, and manufacturers with bit 15 set */
	bool excluding; /* none that the evidence excludes */
	unsigned clear; /* values without these bits come first */
};

/* What is put off until all values of a node were tried; see search_survey.c. */
struct search_survey {
	uint16_t crowded; /* bits: values that several answered to */
	struct search_evidence crowds[SEARCH_NIBBLES];
	unsigned across;  /* the place that all of them are looked at in at once */
	uint16_t crossed; /* bits: values of it that were asked for */
	bool over;        /* nothing is put off any more */
};

struct search_node {
	struct search_mask mask;
	unsigned place;       /* where it is split */
	unsigned value;       /* which one of the node above it is */
	uint8_t tried[32];    /* bits: values that are settled */
	uint8_t answered[32]; /* bits: and those of them that were answered */
	bool presumed;        /* nobody heard that they were several */
	bool twins;           /* of one identity; split by fabrication numbers */
	bool guessed;     /* nobody answered to its mask, only to that of the node above */
	bool anonymous;   /* of meters that do not tell their identity */
	bool exact;       /* believes nothing but what was heard */
	bool resumed;     /* what was found in it before is not known */
	bool rechecked;   /* its mask was asked once more, since too few were found */
	bool moved;       /* was begun anew in a better place */
	bool doubted;     /* and what was silent in it was asked again */
	bool redone;      /* and it is searched again for that */
	bool excused;     /* it has meters that cannot be told apart */
	uint32_t banned;  /* bits: places that did not split it */
	unsigned chain;   /* nodes above in which nobody else was found so far */
	double expected;  /* meters in it, by a guess */
	double spread;    /* values among which they are likely to be; 0: nobody knows */
	bool final;       /* in all other places they are likely to agree */
	unsigned answers; /* values that were answered */
	unsigned settled; /* values that are settled */
	struct search_evidence evidence;
	struct search_survey survey;
	uint8_t spared[SEARCH_DIGITS]; /* values of each place that are settled before */
};

void search_node_init(struct search_node *node, const struct search_mask *mask);

/* The value to try next, or SEARCH_NODE_NONE. */
int search_node_next(const struct search_node *node, const struct search_choice *choice);
/* How many are left to try. */
unsigned search_node_left(
		const struct search_node *node, const struct search_choice *choice);
bool search_node_was_tried(const struct search_node *node, unsigned value);
void search_node_settle(struct search_node *node, unsigned value, bool answered);
/* All values that were silent are to be tried again. */
void search_node_doubt(struct search_node *node);
/* Goes on in another place, from the beginning. */
void search_node_move(struct search_node *node, unsigned place);
/* All values are to be tried again, and in another place. */
void search_node_again(struct search_node *node);

#endif
