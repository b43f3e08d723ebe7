/* SPDX-License-Identifier: MIT */
/* What an errno value means for a file of lines, in words for the user. */
#ifndef FILE_HINT_H
#define FILE_HINT_H

struct hint {
	int error;        /* errno value */
	int result;       /* what the operation answers: MG_RETRY or MG_REJECT */
	const char *text; /* goes behind the name of the file */
};

/* NULL for one that needs no other words than strerror()'s. */
const struct hint *hint_find(int error);

#endif
