/* SPDX-License-Identifier: MIT */
/*
 * Where a mask is split: at the place that needs the fewest further probes, as far as
 * the collision and the meters that were found so far tell.
 */
#ifndef SCAN_SEARCH_ORDER_H
#define SCAN_SEARCH_ORDER_H

#include <stdbool.h>
#include <stddef.h>

#include "scan/search_node.h"

/* The place for a node, with what is expected of it: SEARCH_PLACES when there is none
   left. `found` are meters near
   it, the likes of which are to be expected. `excluding`: values that the evidence
   excludes are not tried. */
unsigned search_order_place(struct search_node *node, bool excluding,
		const struct mg_identity *found, size_t count);

/* A place that is so much better for what is left of a node that it should begin anew,
   now that some of its meters are known; otherwise its own. `meters` are expected. */
unsigned search_order_better(const struct search_node *node, double meters, unsigned left,
		const struct mg_identity *found, size_t count);

/* How many meters are in a mask that several answered to, when `mean` are in one of its
   kind. */
double search_order_several(double mean);

#endif
