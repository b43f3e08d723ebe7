/* SPDX-License-Identifier: MIT */
/* Members of the lines that the command scan answers with. */
#include "cli/scan_line.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/answer.h"

/* What stands behind the name; NULL when there is none. A quote inside of a string is
   escaped, so that no name can be found in one. */
static const char *find(const char *line, const char *name)
{
	char key[40];
	snprintf(key, sizeof(key), "\"%s\":", name);
	const char *at = strstr(line, key);
	bool whole = at != NULL && at > line && (at[-1] == ',' || at[-1] == '{');
	return whole ? at + strlen(key) : NULL;
}

void scan_line_text(const char *line, const char *name, char *text, size_t size)
{
	const char *at = find(line, name);
	char *copy = at != NULL ? strdup(at) : NULL;
	text[0] = '\0';
	if (copy != NULL && answer_unescape(copy, copy) != NULL) {
		snprintf(text, size, "%s", copy);
	}
	free(copy);
}

static long number(const char *line, const char *name, long otherwise)
{
	const char *at = find(line, name);
	char *end = NULL;
	long value = at != NULL ? strtol(at, &end, 10) : otherwise;
	return at != NULL && end != at ? value : otherwise;
}

bool scan_line_read(const char *line, struct scan_line *found)
{
	static const char start[] = "{\"type\":\"found\",";
	size_t wrong;
	if (strncmp(line, start, sizeof(start) - 1) != 0) {
		return false;
	}
	const char *again = find(line, "again");
	*found = (struct scan_line){
		.again = again != NULL && strncmp(again, "true", 4) == 0,
		.address = (int)number(line, "address", -1),
		.last_address = (int)number(line, "last_address", -1),
		.version = number(line, "version", -1),
		.baud = number(line, "baud", 0),
	};
	scan_line_text(line, "secondary", found->secondary, sizeof(found->secondary));
	scan_line_text(
			line, "manufacturer", found->manufacturer, sizeof(found->manufacturer));
	scan_line_text(line, "manufacturer_name", found->maker, sizeof(found->maker));
	scan_line_text(line, "medium", found->medium, sizeof(found->medium));
	scan_line_text(line, "state", found->state, sizeof(found->state));
	scan_line_text(line, "device", found->device, sizeof(found->device));
	scan_line_text(line, "note", found->note, sizeof(found->note));
	found->has_identity = found->secondary[0] != '\0' &&
						  mg_identity_parse(found->secondary, &found->identity, &wrong);
	return true;
}
