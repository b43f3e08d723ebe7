/* SPDX-License-Identifier: MIT */
/* What the sources of the search share. */
#ifndef SCAN_SEARCH_PRIVATE_H
#define SCAN_SEARCH_PRIVATE_H

#include "scan/search.h"
#include "scan/search_node.h"
#include "scan/search_noise.h"
#include "scan/search_visit.h"

/* Silent masks that are kept, to be asked again when the line turns out to damage. */
#define SEARCH_SILENT_MAX 8192

/* Masks that were closed beside the nodes under way: across several of them (see
   search_survey.c), or before a node was begun anew in another place. */
#define SEARCH_COVERED_MAX 64

/* Selections in a row that may find no further meter. */
#define SEARCH_VAIN_MAX 20000u

enum search_phase {
	SEARCH_RESET_ALL,      /* SND_NKE to 255 */
	SEARCH_RESET_SELECTED, /* SND_NKE to 253 */
	SEARCH_KNOWN,          /* the exact identities of the known ones */
	SEARCH_ROOT,           /* the whole mask, with a long window */
	SEARCH_TREE,
	SEARCH_AGAIN, /* silent masks, once more */
	SEARCH_OVER,
};

/* Why a visit is made. */
enum search_reason {
	SEARCH_FOR_KNOWN,
	SEARCH_FOR_ROOT,
	SEARCH_FOR_VALUE,  /* `value` of the innermost node */
	SEARCH_FOR_CHECK,  /* the mask of the innermost node, where too few were found */
	SEARCH_FOR_ACROSS, /* a value of another place, across values that several fit */
	SEARCH_FOR_TWINS,  /* meters of one identity: are there fabrication numbers? */
	SEARCH_FOR_SILENT,
};

struct search_silent {
	struct search_mask mask;
	uint8_t sends;
};

/* Meters of one identity that are told apart by their fabrication numbers only. */
struct search_twins {
	unsigned count;
	char numbers[44];
};

struct search {
	struct scan *scan;
	enum search_phase phase;
	size_t at; /* which known one, or which silent mask */
	bool visiting;
	enum search_reason reason;
	unsigned value;
	struct search_visit visit;
	struct search_node stack[SEARCH_DEPTH_MAX];
	size_t depth;
	struct search_noise noise;
	struct search_silent *silent;
	size_t silent_count, silent_room;
	struct search_mask covered[SEARCH_COVERED_MAX];
	size_t covered_count;
	struct search_twins twins;
	bool parity;         /* the transport tells parity errors: there was one */
	bool jittery;        /* the same meter answers after now more, now less time */
	bool hushed;         /* silence is without a byte: the converter makes none */
	bool clinging;       /* there are meters that do not let go of a selection */
	unsigned foreigners; /* signs of that */
	size_t found_before; /* and how many selections there had been then */
	uint64_t probes_before;
	bool heard_out;      /* the whole mask was, so `longest` is of all meters */
	bool selected;       /* something was selected since all were told to let go */
	int64_t way;         /* µs: the least that an answer took; negative: none came yet */
	int64_t longest;     /* µs: the most, of all meters of the bus */
	int64_t late;        /* µs: window for meters that take longer than they may; 0 */
	int64_t quiet_until; /* slower meters may still be answering */
	int64_t begun;       /* µs; negative: not yet */
};

/* search_tree.c */

/* Begins the next visit of the tree. False when the tree is done. */
bool search_tree_next(struct search *search);
/* What came of a visit to a mask that is, or could be, a child of the innermost node. */
void search_tree_take(struct search *search);
/* A tree of its own for a mask that several answered to. */
void search_tree_begin(struct search *search, const struct search_mask *mask);
/* True when what came of a visit looks as if a meter had answered that is none of its
   mask. */
bool search_tree_is_odd(const struct search *search);
/* Probes that the nodes under way still take. */
uint64_t search_tree_left(const struct search *search);

void search_begin_visit(
		struct search *search, enum search_reason reason, const struct search_mask *mask);

/* search_survey.c */

/* What the visit heard was several: true when the innermost node goes into that value
   later, for it may pay to look across all values of its kind first. */
bool search_survey_put_off(struct search *search);
/* False when values were put off for nothing: now is the time to go into them. */
bool search_survey_waits(const struct search *search, const struct search_node *node);
/* All values of the innermost node were tried: begins the next visit across those put
   off. False when no more of that pays. */
bool search_survey_next(struct search *search);
/* What came of it. */
void search_survey_take(struct search *search);
/* How many values of the node are put off, and the meters in them, by a guess. */
unsigned search_survey_crowds(const struct search_node *node);
double search_survey_meters(const struct search_node *node);
/* All meters of the mask are known, until the node that it lies in is left. */
void search_survey_cover(struct search *search, const struct search_mask *mask);
bool search_survey_covers(const struct search *search, const struct search_mask *mask);
void search_survey_leave(struct search *search, const struct search_mask *mask);
/* Counts the values of each place of the node that are known so. */
void search_survey_spare(const struct search *search, struct search_node *node);

/* search_learn.c */

/* How the exchange ended. Bytes that may be those of a switching converter count as
   silence; but ACKs of several meters may add up to zeros, too, where the converter makes
   no bytes of its own. */
enum exchange_outcome search_learn_outcome(const struct search *search);
/* All meters of this bus take the same time: answers that collide do so bit by bit. */
bool search_learn_in_step(const struct search *search);
/* After each exchange: whether silence is without a byte here. */
void search_learn_hush(struct search *search);
/* After each exchange of a visit. */
void search_learn(
		struct search *search, enum search_step step, enum exchange_outcome outcome);
/* How the next exchange of the visit has to be made. */
struct search_plan search_learn_plan(const struct search *search);
/* Sends of a selection before silence is believed. */
unsigned search_learn_sends(const struct search *search);
/* What to allow for the transport, µs; 0: what the exchange learned. While that is much,
   the fastest answer shows that less will do, since it contains the delay of its slave.
 */
int64_t search_learn_allowance(const struct search *search);
/* The same where an answer does not matter. */
int64_t search_learn_hasty(const struct search *search);

/* search_found.c */

/* Meters found so far that fit the mask. */
size_t search_found_in(const struct search *search, const struct search_mask *mask);
/* Copies the identities of up to `room` of them. */
size_t search_found_list(const struct search *search, const struct search_mask *mask,
		struct mg_identity *list, size_t room);
/* The AND of their identities; false when there is none. */
bool search_found_all(
		const struct search *search, const struct search_mask *mask, uint8_t all[8]);
bool search_found_confirmed(
		const struct search *search, const struct mg_identity *identity);
/* True when those found in the node make up the collision that was heard. */
bool search_found_explains(const struct search *search, const struct search_node *node);
/* They have something in common that was not in all answers of the collision. */
bool search_found_lacks_one(const struct search *search, const struct search_node *node);
/* Fewer were found than were heard. */
bool search_found_is_short(const struct search *search, const struct search_node *node);
/* One meter, as the visit found it. */
void search_found_meter(struct search *search);
/* One that is there, but does not say who it is. */
void search_found_anonymous(struct search *search);
/* One of several meters of one identity, which has a fabrication number. */
void search_found_twin(struct search *search, const struct search_mask *mask);
/* Several under one mask that cannot be told apart. */
void search_found_several(struct search *search, const struct search_mask *mask);

#endif
