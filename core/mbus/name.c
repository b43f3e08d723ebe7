/* SPDX-License-Identifier: MIT */
/* Names of records: what they measure, then what tells them from others of their kind. */
#include <metergate/mbus.h>

#include "mbus/writer.h"

enum {
	/* Kept free for tariff, subunit, storage and function, which must not be cut off. */
	NUMBERS_SIZE = 80,
	LOWER = 0x20, /* makes a capital small, and leaves digits as they are */
};

/* Small letters and digits stay, capitals become small, all else becomes _. */
static char folded(char c)
{
	static const char forms[] = "________________________________"
								"________________0123456789______"
								"_abcdefghijklmnopqrstuvwxyz_____"
								"_abcdefghijklmnopqrstuvwxyz_____";
	return (unsigned char)c < sizeof(forms) - 1 ? forms[(unsigned char)c] : '_';
}

/* Adds one character in its plain form; never two _ in a row, and none in front. */
static void add_char(struct writer *name, char c)
{
	char plain = folded(c);
	if (plain == '_' && (name->length == 0 || name->text[name->length - 1] == '_')) {
		return;
	}
	write_char(name, plain);
}

/* Adds the letters and digits at the start of a word without looking at more than them,
   since most words are little else. Returns what is left of the word. */
static const char *add_letters(struct writer *name, const char *word)
{
	size_t length = name->length;
	char plain;
	while (length + 1 < name->size && (plain = folded(*word)) != '_') {
		name->text[length++] = plain;
		word++;
	}
	name->length = length;
	return word;
}

static void add_word(struct writer *name, const char *word)
{
	add_char(name, '_');
	while (*(word = add_letters(name, word)) != '\0' && !name->full) {
		/* The sign is all that tells additive-10^-1 from additive-10^1. */
		if (*word == '^' && word[1] == '-') {
			write_string(name, "_minus");
			word++;
		}
		add_char(name, *word++);
	}
}

/* Quantities are letters and digits with a - between them, so that each of their
   characters has a plain form of its own. They begin every name. */
static void add_quantity(struct writer *name, const char *quantity)
{
	size_t length = 0;
	for (; quantity[length] != '\0' && length + 1 < name->size; length++) {
		char c = quantity[length];
		name->text[length] = (char)(c == '-' ? '_' : c | LOWER);
	}
	name->length = length;
}

static void add_number(struct writer *name, const char *word, uint64_t number)
{
	if (number == 0) {
		return;
	}
	add_word(name, word);
	add_char(name, '_');
	write_number(name, number, 1);
}

/* Bytes outside ASCII have no plain form. Rare, and its buffer would cost every name. */
__attribute__((cold)) static void add_plain_unit(
		struct writer *name, const struct mg_data_record *record)
{
	char text[MG_TEXT_SIZE];
	if (mg_unit_text(record, text, sizeof(text)) > 0) {
		add_word(name, text);
	}
}

static void trim(struct writer *name)
{
	while (name->length > 0 && name->text[name->length - 1] == '_') {
		name->length--;
	}
}

/* Adds what can be of any length, and leaves out what does not fit. */
static void add_words(struct writer *name, const struct mg_data_record *record)
{
	size_t size = name->size;
	name->size = size > NUMBERS_SIZE ? size - NUMBERS_SIZE : size;
	add_quantity(name, record->quantity);
	if (record->unit == NULL) {
		add_plain_unit(name, record);
	}
	for (size_t i = 0; i < record->modifier_count; i++) {
		add_word(name, record->modifiers[i]);
	}
	trim(name);
	name->size = size;
	name->full = false;
}

static void add_function(struct writer *name, uint8_t function)
{
	static const char *const words[] = {
		[MG_FUNCTION_MAXIMUM] = "max",
		[MG_FUNCTION_MINIMUM] = "min",
		[MG_FUNCTION_ERROR] = "error",
	};
	if (function < sizeof(words) / sizeof(words[0]) && words[function] != NULL) {
		add_word(name, words[function]);
	}
}

size_t mg_record_name(const struct mg_data_record *record, char *text, size_t size)
{
	struct writer name = { .text = text, .size = size };
	add_words(&name, record);
	add_number(&name, "subunit", record->subunit);
	add_number(&name, "tariff", record->tariff);
	add_number(&name, "storage", record->storage);
	add_function(&name, record->function);
	return write_end(&name);
}
