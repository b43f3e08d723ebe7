/* SPDX-License-Identifier: MIT */
/* Takes apart what stands between the brackets of a section. */
#include "gateway/config_title.h"

#include <string.h>

#include "gateway/sections.h"
#include "gateway/suggest.h"

/* Where strings and complaints go. */
struct title {
	struct option_memory *memory;
	struct config_errors *errors;
};

static bool short_of_memory(struct title *title)
{
	config_errors_add(title->errors, NULL, NULL, NULL, "memory is short");
	return false;
}

static bool refuse_section(struct title *title, const struct config_section *section,
		const char *what, const char *remedy)
{
	config_errors_add(title->errors, &section->place, section->title, NULL, "%s%s%s",
			what, remedy[0] == '\0' ? "" : ": ", remedy);
	return false;
}

static bool check_name(
		struct title *title, const struct config_section *section, const char *name)
{
	if (config_name_valid(name, strlen(name))) {
		return true;
	}
	char what[CONFIG_ERROR_SIZE / 4];
	snprintf(what, sizeof(what), "\"%.64s\" is no name", name);
	return refuse_section(title, section, what,
			"allowed are 1 to 32 letters, digits, ., _ and -, beginning with a letter or "
			"digit");
}

/* Splits "cellar/heat-1" and judges the parts. */
static bool name_device(struct title *title, struct config_section *section)
{
	const char *slash = strchr(section->name, '/');
	if (slash == NULL) {
		return refuse_section(
				title, section, "a device is named with its bus", "[device BUS/NAME]");
	}
	char *bus = option_memory_string(title->memory, section->name);
	if (bus == NULL) {
		return short_of_memory(title);
	}
	bus[slash - section->name] = '\0';
	section->bus = bus;
	section->device = slash + 1;
	return check_name(title, section, section->bus) &&
		   check_name(title, section, section->device);
}

static bool name_section(struct title *title, struct config_section *section)
{
	bool named = section->name[0] != '\0';
	if (strcmp(section->kind, sections_get(SECTION_GATEWAY)->kind) == 0) {
		return !named || refuse_section(title, section, "[gateway] has no name here",
								 "write it below, as name = ...");
	}
	if (!named) {
		return refuse_section(title, section, "the name is missing",
				sections_find(section->kind)->header);
	}
	return strcmp(section->kind, sections_get(SECTION_DEVICE)->kind) == 0
				   ? name_device(title, section)
				   : check_name(title, section, section->name);
}

static bool known_kind(struct title *title, const struct config_section *section)
{
	if (sections_find(section->kind) != NULL) {
		return true;
	}
	struct suggest suggest;
	suggest_init(&suggest, section->kind);
	for (int i = 0; i < SECTION_KINDS; i++) {
		suggest_add(&suggest, sections_get((enum section_kind)i)->kind);
	}
	char remedy[CONFIG_ERROR_SIZE / 4] =
			"use [gateway], [bus NAME], [device BUS/NAME] or "
			"[sink NAME]";
	if (suggest.best != NULL) {
		snprintf(remedy, sizeof(remedy), "did you mean %s?",
				sections_find(suggest.best)->header);
	}
	return refuse_section(title, section, "there is no such kind of section", remedy);
}

/* Cuts "bus cellar" into kind and name. */
bool config_title_read(struct config_section *section, const char *text,
		struct option_memory *memory, struct config_errors *errors)
{
	struct title *title = &(struct title){ .memory = memory, .errors = errors };
	section->title = option_memory_string(memory, text);
	char *kind = option_memory_string(memory, text);
	if (section->title == NULL || kind == NULL) {
		section->title = NULL;
		return short_of_memory(title);
	}
	size_t length = strcspn(kind, " \t");
	section->kind = kind;
	section->bus = "";
	section->device = "";
	section->name = kind + length + strspn(kind + length, " \t");
	kind[length] = '\0';
	return known_kind(title, section) && name_section(title, section);
}
