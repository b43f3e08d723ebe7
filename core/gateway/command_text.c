/* SPDX-License-Identifier: MIT */
/* Text in memory that a command puts together. */
#include <stdlib.h>

#include "gateway/command.h"

bool command_text_open(struct command_text *text)
{
	*text = (struct command_text){ 0 };
	text->out = open_memstream(&text->data, &text->size);
	return text->out != NULL;
}

bool command_text_close(struct command_text *text)
{
	bool failed = ferror(text->out) != 0;
	failed = fclose(text->out) != 0 || failed;
	text->out = NULL;
	return !failed && text->data != NULL;
}

void command_text_free(struct command_text *text)
{
	if (text->out != NULL) {
		fclose(text->out);
	}
	free(text->data);
	*text = (struct command_text){ 0 };
}
