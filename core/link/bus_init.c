/* SPDX-License-Identifier: MIT */
/* What a meter needs to be told before each readout, as the configuration has it. */
#include "link/bus_init.h"

#include <string.h>

#define CI_APPLICATION_RESET 0x50

static int digit(char c)
{
	static const char digits[] = "0123456789abcdefABCDEF";
	const char *found = c != '\0' ? strchr(digits, c) : NULL;
	if (found == NULL) {
		return -1;
	}
	return (int)(found - digits) > 15 ? (int)(found - digits) - 6 : (int)(found - digits);
}

/* Pairs of hex digits; the number of bytes, or 0. */
static size_t read_hex(const char *text, size_t length, uint8_t *bytes, size_t most)
{
	if (length % 2 != 0 || length / 2 > most) {
		return 0;
	}
	for (size_t i = 0; i < length; i += 2) {
		int high = digit(text[i]), low = digit(text[i + 1]);
		if (high < 0 || low < 0) {
			return 0;
		}
		bytes[i / 2] = (uint8_t)(high * 16 + low);
	}
	return length / 2;
}

static bool read_nke(const char *text, size_t length, struct bus_init_step *step)
{
	(void)text;
	step->nke = true;
	return length == 0;
}

static bool read_reset(const char *text, size_t length, struct bus_init_step *step)
{
	step->ci = CI_APPLICATION_RESET;
	if (length == 0) {
		return true;
	}
	step->size = (uint8_t)read_hex(text + 1, length - 1, step->data, 1);
	return text[0] == '=' && step->size == 1;
}

static bool read_send(const char *text, size_t length, struct bus_init_step *step)
{
	uint8_t bytes[BUS_INIT_DATA_MAX + 1];
	if (length == 0 || text[0] != '=') {
		return false;
	}
	size_t size = read_hex(text + 1, length - 1, bytes, sizeof(bytes));
	if (size == 0) {
		return false;
	}
	step->ci = bytes[0];
	step->size = (uint8_t)(size - 1);
	memcpy(step->data, bytes + 1, size - 1);
	return true;
}

static bool read_step(const char *word, size_t length, struct bus_init_step *step)
{
	static const struct {
		const char *word;
		bool (*read)(const char *, size_t, struct bus_init_step *);
	} words[] = {
		{ "nke", read_nke },
		{ "reset", read_reset },
		{ "send", read_send },
	};
	*step = (struct bus_init_step){ .nke = false };
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		size_t own = strlen(words[i].word);
		if (length >= own && strncmp(word, words[i].word, own) == 0) {
			return words[i].read(word + own, length - own, step);
		}
	}
	return false;
}

struct mg_frame bus_init_frame(
		const struct bus_init_step *step, uint8_t address, bool fcb)
{
	return (struct mg_frame){ .type = MG_FRAME_LONG,
		.c = (uint8_t)(MG_C_SND_UD | (fcb ? MG_C_FCB : 0)),
		.a = address,
		.ci = step->ci,
		.data = { step->data, step->size } };
}

bool bus_init_parse(const char *text, struct bus_init *init, size_t *wrong)
{
	static const char blanks[] = " \t";
	size_t at = strspn(text, blanks);
	*init = (struct bus_init){ .count = 0 };
	while (text[at] != '\0') {
		size_t length = strcspn(text + at, blanks);
		if (init->count == BUS_INIT_STEPS_MAX ||
				!read_step(text + at, length, &init->steps[init->count])) {
			*wrong = at;
			return false;
		}
		init->count++;
		at += length;
		at += strspn(text + at, blanks);
	}
	*wrong = 0;
	return init->count > 0;
}
