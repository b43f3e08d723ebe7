/* SPDX-License-Identifier: MIT */
/* A configuration as its files say it: sections, keys and values with their places. */
#include "gateway/config.h"

#include <errno.h>
#include <glob.h>
#include <libgen.h>
#include <limits.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "gateway/config_title.h"
#include "gateway/ini.h"

#define WILDCARDS "*?["

/* Which file a path led to, so that no file is read twice. */
struct identity {
	dev_t device;
	ino_t inode;
};

/* One loading: the configuration so far, and the file that is being read. */
struct load {
	struct config *config;
	struct config_errors *errors;
	struct identity seen[CONFIG_FILES_MAX];
	const char *file;
	const char *folder;
	unsigned order;
	bool exposed;
	bool ignoring; /* keys of a section that cannot be used */
};

static void *grow(void *items, size_t count, size_t *room, size_t size)
{
	if (count < *room) {
		return items;
	}
	size_t wanted = *room == 0 ? 8 : *room * 2;
	void *larger = reallocarray(items, wanted, size);
	if (larger != NULL) {
		*room = wanted;
	}
	return larger;
}

static struct config_place place_at(const struct load *load, struct ini_place place)
{
	return (struct config_place){
		.file = load->file,
		.order = load->order,
		.line = place.line,
		.column = place.column,
	};
}

static bool short_of_memory(struct load *load)
{
	config_errors_add(load->errors, NULL, NULL, NULL, "%s: memory is short", load->file);
	return false;
}

static bool add_section(struct load *load, const struct config_section *section)
{
	struct config *config = load->config;
	if (config->count >= CONFIG_SECTIONS_MAX) {
		config_errors_add(load->errors, &section->place, NULL, NULL,
				"more than %d sections", CONFIG_SECTIONS_MAX);
		return false;
	}
	struct config_section *sections = grow(
			config->sections, config->count, &config->room, sizeof(*config->sections));
	if (sections == NULL) {
		return short_of_memory(load);
	}
	config->sections = sections;
	config->sections[config->count++] = *section;
	return true;
}

static bool on_section(void *data, const char *text, struct ini_place place)
{
	struct load *load = data;
	struct config_section section = {
		.place = place_at(load, place),
		.exposed = load->exposed,
		.folder = load->folder,
	};
	load->ignoring =
			!config_title_read(&section, text, &load->config->memory, load->errors);
	return load->ignoring || add_section(load, &section);
}

static bool add_value(struct load *load, struct config_section *section,
		const struct config_value *value)
{
	const struct config_value *first = config_value(section, value->key);
	if (first != NULL) {
		char place[CONFIG_PLACE_TEXT_SIZE];
		config_errors_add(load->errors, &value->key_place, section->title, value->key,
				"is there twice; the first one is at %s",
				config_place_text(&first->key_place, place));
		return true;
	}
	if (section->count >= CONFIG_VALUES_MAX) {
		config_errors_add(load->errors, &value->key_place, section->title, value->key,
				"is one key too many: at most %d are allowed", CONFIG_VALUES_MAX);
		load->ignoring = true;
		return true;
	}
	struct config_value *values = grow(
			section->values, section->count, &section->room, sizeof(*section->values));
	if (values == NULL) {
		return short_of_memory(load);
	}
	section->values = values;
	section->values[section->count++] = *value;
	return true;
}

static bool on_value(void *data, const char *key, struct ini_place key_place,
		const char *text, struct ini_place value_place)
{
	struct load *load = data;
	if (load->ignoring) {
		return true;
	}
	struct config_value value = {
		.key = option_memory_string(&load->config->memory, key),
		.value = option_memory_string(&load->config->memory, text),
		.key_place = place_at(load, key_place),
		.place = place_at(load, value_place),
	};
	if (value.key == NULL || value.value == NULL) {
		return short_of_memory(load);
	}
	return add_value(load, &load->config->sections[load->config->count - 1], &value);
}

static bool on_error(void *data, struct ini_place place, const char *text)
{
	struct load *load = data;
	struct config_place at = place_at(load, place);
	config_errors_add(load->errors, &at, NULL, NULL, "%s", text);
	return true;
}

/* Makes it the file that is being read. */
static bool remember_file(struct load *load, const char *path)
{
	struct config *config = load->config;
	const char *copy = option_memory_string(&config->memory, path);
	char *folder = option_memory_string(&config->memory, path);
	if (copy == NULL || folder == NULL) {
		return short_of_memory(load);
	}
	load->file = copy;
	load->folder = dirname(folder);
	config->files[config->file_count++] = copy;
	return true;
}

/* Whether the open file was read before; if not, it has been now. */
static bool seen_before(struct load *load, const struct stat *status)
{
	size_t count = load->config->file_count;
	for (size_t i = 0; i < count; i++) {
		if (load->seen[i].device == status->st_dev &&
				load->seen[i].inode == status->st_ino) {
			return true;
		}
	}
	load->seen[count] = (struct identity){ status->st_dev, status->st_ino };
	return false;
}

static void read_lines(struct load *load, FILE *file)
{
	const struct ini_events events = {
		.data = load,
		.section = on_section,
		.value = on_value,
		.error = on_error,
	};
	load->ignoring = false;
	load->order = (unsigned)load->config->file_count - 1;
	ini_read(file, &events);
}

/* Why it is not to be read, or NULL. A device such as /dev/zero would have no end. */
static const char *unreadable(FILE *file, struct stat *status)
{
	if (file == NULL || fstat(fileno(file), status) != 0) {
		return strerror(errno);
	}
	if (S_ISDIR(status->st_mode)) {
		return strerror(EISDIR);
	}
	bool endless = !S_ISREG(status->st_mode) && !S_ISFIFO(status->st_mode);
	return endless ? "it is neither a file nor a pipe" : NULL;
}

/* Reads one file. `at` is where it is named; NULL for the main one. */
static bool read_file(struct load *load, const char *path, const struct config_place *at)
{
	struct stat status;
	FILE *file = fopen(path, "re");
	const char *why = unreadable(file, &status);
	if (why != NULL) {
		config_errors_add(load->errors, at, at == NULL ? NULL : "gateway",
				at == NULL ? NULL : "include", "%s cannot be read: %s", path, why);
		if (file != NULL) {
			fclose(file);
		}
		return false;
	}
	if (!seen_before(load, &status)) {
		load->exposed = (status.st_mode & S_IROTH) != 0;
		if (remember_file(load, path)) {
			read_lines(load, file);
		}
	}
	fclose(file);
	return true;
}

/* A pattern as it is meant: from the folder of the main file. */
static bool absolute_pattern(const struct config *config, const char *pattern, char *path)
{
	const char *slash = strrchr(config->path, '/');
	int folder = slash == NULL || pattern[0] == '/' ? 0 : (int)(slash + 1 - config->path);
	return snprintf(path, PATH_MAX, "%.*s%s", folder, config->path, pattern) < PATH_MAX;
}

static void read_matches(
		struct load *load, const glob_t *matches, const struct config_place *at)
{
	for (size_t i = 0; i < matches->gl_pathc; i++) {
		if (load->config->file_count >= CONFIG_FILES_MAX) {
			config_errors_add(load->errors, at, "gateway", "include",
					"more than %d files", CONFIG_FILES_MAX - 1);
			return;
		}
		read_file(load, matches->gl_pathv[i], at);
	}
}

static void read_pattern(
		struct load *load, const char *pattern, const struct config_place *at)
{
	char path[PATH_MAX];
	glob_t matches;
	if (!absolute_pattern(load->config, pattern, path)) {
		config_errors_add(load->errors, at, "gateway", "include", "the path is too long");
		return;
	}
	if (strpbrk(pattern, WILDCARDS) == NULL) {
		read_file(load, path, at);
		return;
	}
	int result = glob(path, 0, NULL, &matches);
	if (result == 0) {
		read_matches(load, &matches, at);
		globfree(&matches);
	} else if (result != GLOB_NOMATCH) {
		config_errors_add(
				load->errors, at, "gateway", "include", "%s cannot be searched", path);
	}
}

/* The words of `include`, each with its own column. */
static void read_includes(struct load *load)
{
	const struct config_section *gateway = config_find(load->config, "gateway");
	const struct config_value *include =
			gateway == NULL ? NULL : config_value(gateway, "include");
	if (include == NULL) {
		return;
	}
	/* Sections move while more of them are read. */
	struct config_place at = include->place;
	const char *word = include->value;
	unsigned column = at.column;
	char pattern[PATH_MAX];
	while (*(word += strspn(word, " \t")) != '\0') {
		size_t length = strcspn(word, " \t");
		at.column = column + (unsigned)(word - include->value);
		snprintf(pattern, sizeof(pattern), "%.*s", (int)length,
				word); /* a value is no longer */
		read_pattern(load, pattern, &at);
		word += length;
	}
}

/* Orders by kind and name, equal ones as they were read. */
static int compare_sections(const void *a, const void *b)
{
	const struct config_section *first = *(const struct config_section *const *)a;
	const struct config_section *second = *(const struct config_section *const *)b;
	int order = strcmp(first->kind, second->kind);
	if (order == 0) {
		order = strcmp(first->name, second->name);
	}
	if (order != 0) {
		return order;
	}
	return first < second ? -1 : first > second;
}

/* Reports a section that is there twice, and empties it by taking its kind away. */
static void report_twice(struct load *load, struct config_section *section,
		const struct config_section *first)
{
	char place[CONFIG_PLACE_TEXT_SIZE];
	config_errors_add(load->errors, &section->place, section->title, NULL,
			"is there twice; the first one is at %s",
			config_place_text(&first->place, place));
	free(section->values);
	section->values = NULL;
	section->kind = NULL;
}

static void drop_nameless(struct config *config)
{
	size_t kept = 0;
	for (size_t i = 0; i < config->count; i++) {
		if (config->sections[i].kind != NULL) {
			config->sections[kept++] = config->sections[i];
		}
	}
	config->count = kept;
}

static void drop_duplicates(struct load *load)
{
	struct config *config = load->config;
	struct config_section **sorted =
			calloc(config->count + 1, sizeof(struct config_section *));
	if (sorted == NULL) {
		short_of_memory(load);
		return;
	}
	for (size_t i = 0; i < config->count; i++) {
		sorted[i] = &config->sections[i];
	}
	qsort(sorted, config->count, sizeof(struct config_section *), compare_sections);
	struct config_section *first = sorted[0];
	for (size_t i = 1; i < config->count; i++) {
		if (strcmp(first->kind, sorted[i]->kind) == 0 &&
				strcmp(first->name, sorted[i]->name) == 0) {
			report_twice(load, sorted[i], first);
		} else {
			first = sorted[i];
		}
	}
	free(sorted);
	drop_nameless(config);
}

static struct config *create(const char *path)
{
	struct config *config = calloc(1, sizeof(*config));
	if (config == NULL) {
		return NULL;
	}
	option_memory_init(&config->memory);
	config->files = calloc(CONFIG_FILES_MAX, sizeof(*config->files));
	config->path = option_memory_string(&config->memory, path);
	if (config->files == NULL || config->path == NULL) {
		config_destroy(config);
		return NULL;
	}
	return config;
}

struct config *config_load(const char *path, struct config_errors *errors)
{
	struct load *load = calloc(1, sizeof(*load));
	struct config *config = create(path);
	if (load == NULL || config == NULL) {
		config_errors_add(errors, NULL, NULL, NULL, "%s: memory is short", path);
		config_destroy(config);
		free(load);
		return NULL;
	}
	load->config = config;
	load->errors = errors;
	load->file = config->path;
	if (!read_file(load, path, NULL)) {
		config_destroy(config);
		free(load);
		return NULL;
	}
	read_includes(load);
	drop_duplicates(load);
	free(load);
	return config;
}

void config_destroy(struct config *config)
{
	if (config == NULL) {
		return;
	}
	for (size_t i = 0; i < config->count; i++) {
		free(config->sections[i].values);
	}
	free(config->sections);
	free(config->files);
	option_memory_finish(&config->memory);
	free(config);
}

const struct config_section *config_find(const struct config *config, const char *kind)
{
	for (size_t i = 0; i < config->count; i++) {
		if (strcmp(config->sections[i].kind, kind) == 0) {
			return &config->sections[i];
		}
	}
	return NULL;
}

const struct config_value *config_value(
		const struct config_section *section, const char *key)
{
	for (size_t i = 0; i < section->count; i++) {
		if (strcmp(section->values[i].key, key) == 0) {
			return &section->values[i];
		}
	}
	return NULL;
}
