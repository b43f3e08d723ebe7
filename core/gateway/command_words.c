/* SPDX-License-Identifier: MIT */
/* Takes the line of a command apart into words and flags. */
#include "gateway/command_words.h"

#include <stdio.h>
#include <string.h>

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

/* From behind the opening quote up to behind the closing one; NULL without one. */
static char *unquote(char *in, char *out)
{
	while (*in != '"') {
		if (*in == '\\' && (in[1] == '"' || in[1] == '\\')) {
			in++;
		}
		if (*in == '\0') {
			return NULL;
		}
		*out++ = *in++;
	}
	*out = '\0';
	return in + 1;
}

/* The next word, cut off; "" in *word at the end. NULL for a quote that does not end. */
static char *next_word(char *at, char **word)
{
	while (is_blank(*at)) {
		at++;
	}
	*word = at;
	if (*at == '"') {
		char *end = unquote(at + 1, at);
		return end == NULL || (*end != '\0' && !is_blank(*end)) ? NULL : end;
	}
	at += strcspn(at, " \t\"");
	if (*at == '"') {
		return NULL;
	}
	if (*at != '\0') {
		*at++ = '\0';
	}
	return at;
}

static void add_flag(struct command_args *args, char *word)
{
	char *equals = strchr(word, '=');
	if (equals != NULL) {
		*equals = '\0';
	}
	args->flags[args->flag_count].name = word + 2;
	args->flags[args->flag_count++].value = equals != NULL ? equals + 1 : "";
}

static bool has_more(const char *at)
{
	return at[strspn(at, " \t")] != '\0';
}

bool command_words_split(
		char *line, const char **verb, struct command_args *args, char *why, size_t size)
{
	char *word, *at = next_word(line, &word);
	*verb = word;
	args->count = args->flag_count = 0;
	while (at != NULL && has_more(at)) {
		at = next_word(at, &word);
		if (at == NULL) {
			break;
		}
		if (args->count + args->flag_count == COMMAND_WORDS_MAX) {
			snprintf(why, size, "more than %d words", COMMAND_WORDS_MAX);
			return false;
		}
		if (strncmp(word, "--", 2) == 0) {
			add_flag(args, word);
		} else {
			args->words[args->count++] = word;
		}
	}
	if (at == NULL) {
		snprintf(why, size,
				"a quote stands alone: \" begins and ends a word, and inside stands as "
				"\\\"");
	}
	return at != NULL;
}

static bool has_control(const char *word)
{
	for (; *word != '\0'; word++) {
		if ((unsigned char)*word < 0x20 || *word == 0x7F) {
			return true;
		}
	}
	return false;
}

bool command_words_put(FILE *out, const char *word)
{
	if (has_control(word)) {
		return false;
	}
	if (word[0] != '\0' && strpbrk(word, " \"\\") == NULL) {
		fputs(word, out);
		return true;
	}
	fputc('"', out);
	for (; *word != '\0'; word++) {
		if (*word == '"' || *word == '\\') {
			fputc('\\', out);
		}
		fputc(*word, out);
	}
	fputc('"', out);
	return true;
}
