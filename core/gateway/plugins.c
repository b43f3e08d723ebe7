/* SPDX-License-Identifier: MIT */
/* Finds plugins, loads them on demand, and refuses in words what does not fit. */
#include "gateway/plugins.h"

#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "gateway/suggest.h"

#define PATH_VARIABLE "METERGATE_PLUGIN_PATH"
#define SYMBOL "metergate_plugin"
#define SUFFIX ".so"

struct plugins {
	char *folders[PLUGINS_FOLDERS_MAX];
	size_t folder_count;
	struct plugin *loaded[PLUGINS_MAX];
	size_t count;
};

/* Names that lie in the folders, each once, in order. */
struct names {
	char *items[PLUGINS_MAX];
	size_t count;
};

static bool add_folder(struct plugins *plugins, const char *folder)
{
	if (folder[0] == '\0' || plugins->folder_count >= PLUGINS_FOLDERS_MAX) {
		return true;
	}
	char *copy = strdup(folder);
	if (copy == NULL) {
		return false;
	}
	plugins->folders[plugins->folder_count++] = copy;
	return true;
}

static bool add_path_folders(struct plugins *plugins)
{
	const char *variable = secure_getenv(PATH_VARIABLE);
	char *path = strdup(variable == NULL ? "" : variable);
	if (path == NULL) {
		return false;
	}
	bool fine = true;
	char *rest = path;
	for (char *folder; fine && (folder = strsep(&rest, ":")) != NULL;) {
		fine = add_folder(plugins, folder);
	}
	free(path);
	return fine;
}

struct plugins *plugins_create(const char *plugin_dir)
{
	struct plugins *plugins = calloc(1, sizeof(*plugins));
	if (plugins == NULL) {
		return NULL;
	}
	if (!add_path_folders(plugins) ||
			!add_folder(plugins, plugin_dir == NULL ? "" : plugin_dir) ||
			!add_folder(plugins, METERGATE_PLUGIN_DIR)) {
		plugins_destroy(plugins);
		return NULL;
	}
	return plugins;
}

static void free_plugin(struct plugin *plugin)
{
	if (plugin != NULL) {
		free((char *)(uintptr_t)plugin->path);
		free(plugin);
	}
}

void plugins_destroy(struct plugins *plugins)
{
	if (plugins == NULL) {
		return;
	}
	for (size_t i = 0; i < plugins->count; i++) {
		free_plugin(plugins->loaded[i]);
	}
	for (size_t i = 0; i < plugins->folder_count; i++) {
		free(plugins->folders[i]);
	}
	free(plugins);
}

const char *plugins_folder(const struct plugins *plugins, size_t index)
{
	return index < plugins->folder_count ? plugins->folders[index] : NULL;
}

/* Whether the system could load the file, judged by its first bytes. */
static bool is_elf(const char *path, const char *name, char *why, size_t size)
{
	char magic[4] = "";
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (fd < 0) {
		snprintf(
				why, size, "%s.so: %s cannot be opened: %s", name, path, strerror(errno));
		return false;
	}
	ssize_t count = read(fd, magic, sizeof(magic));
	close(fd);
	if (count != (ssize_t)sizeof(magic) || memcmp(magic, "\177ELF", 4) != 0) {
		snprintf(why, size, "%s.so: %s is no shared object (no ELF file)", name, path);
		return false;
	}
	return true;
}

/* The constant that the file exports; it stays loaded whatever is wrong with it. */
static const struct mg_plugin *open_object(
		const char *path, const char *name, char *why, size_t size)
{
	if (!is_elf(path, name, why, size)) {
		return NULL;
	}
	void *object = dlopen(path, RTLD_NOW | RTLD_LOCAL);
	if (object == NULL) {
		const char *detail = dlerror();
		snprintf(why, size,
				"%s.so: the system cannot load it; it was built for another machine, or "
				"needs something that is not installed: %s",
				name, detail == NULL ? "no reason given" : detail);
		return NULL;
	}
	const struct mg_plugin *description = dlsym(object, SYMBOL);
	if (description == NULL) {
		snprintf(why, size, "%s.so: it does not export %s, so it is no plugin", name,
				SYMBOL);
	}
	return description;
}

static const struct plugin *keep(struct plugins *plugins,
		const struct mg_plugin *description, const char *path, char *why, size_t size)
{
	if (plugins->count >= PLUGINS_MAX) {
		snprintf(
				why, size, "%s.so: more than %d plugins", description->name, PLUGINS_MAX);
		return NULL;
	}
	struct plugin *plugin = calloc(1, sizeof(*plugin));
	char *copy = strdup(path);
	if (plugin == NULL || copy == NULL) {
		snprintf(why, size, "%s.so: memory is short", description->name);
		free(plugin);
		free(copy);
		return NULL;
	}
	*plugin = (struct plugin){
		.description = description,
		.name = description->name,
		.path = copy,
	};
	plugins->loaded[plugins->count++] = plugin;
	return plugin;
}

static const struct plugin *load(struct plugins *plugins, const char *path,
		const char *name, char *why, size_t size)
{
	for (size_t i = 0; i < plugins->count; i++) {
		if (strcmp(plugins->loaded[i]->path, path) == 0) {
			return plugins->loaded[i];
		}
	}
	const struct mg_plugin *description = open_object(path, name, why, size);
	if (description == NULL || !plugin_check(description, name, why, size)) {
		return NULL;
	}
	return keep(plugins, description, path, why, size);
}

/* "serial" of "/folder/serial.so"; false when it is no such path. */
static bool name_of(const char *path, char *name, size_t size)
{
	const char *slash = strrchr(path, '/');
	const char *base = slash == NULL ? path : slash + 1;
	size_t length = strlen(base);
	size_t suffix = strlen(SUFFIX);
	if (length <= suffix || length - suffix >= size ||
			strcmp(base + length - suffix, SUFFIX) != 0) {
		return false;
	}
	memcpy(name, base, length - suffix);
	name[length - suffix] = '\0';
	return true;
}

const struct plugin *plugins_load(
		struct plugins *plugins, const char *path, char *why, size_t size)
{
	char name[NAME_MAX];
	char whole[PATH_MAX];
	if (!name_of(path, name, sizeof(name))) {
		snprintf(why, size, "%s: the name of a plugin file ends in %s", path, SUFFIX);
		return NULL;
	}
	/* Without a slash the system would search its own folders. */
	snprintf(whole, sizeof(whole), "%s%s", strchr(path, '/') == NULL ? "./" : "", path);
	return load(plugins, whole, name, why, size);
}

/* DIR/NAME.so, or DIR/NAME/NAME.so as in a folder of sources that was built. */
static bool locate(const struct plugins *plugins, const char *name, char *path)
{
	for (size_t i = 0; i < plugins->folder_count; i++) {
		const char *folder = plugins->folders[i];
		int length = snprintf(path, PATH_MAX, "%s/%s%s", folder, name, SUFFIX);
		if (length < PATH_MAX && access(path, F_OK) == 0) {
			return true;
		}
		length = snprintf(path, PATH_MAX, "%s/%s/%s%s", folder, name, name, SUFFIX);
		if (length < PATH_MAX && access(path, F_OK) == 0) {
			return true;
		}
	}
	return false;
}

static bool has_name(const struct names *names, const char *name)
{
	for (size_t i = 0; i < names->count; i++) {
		if (strcmp(names->items[i], name) == 0) {
			return true;
		}
	}
	return false;
}

static void add_name(struct names *names, const char *name)
{
	if (names->count >= PLUGINS_MAX || has_name(names, name)) {
		return;
	}
	char *copy = strdup(name);
	if (copy != NULL) {
		names->items[names->count++] = copy;
	}
}

static void add_names(struct names *names, const char *folder)
{
	DIR *dir = opendir(folder);
	if (dir == NULL) {
		return;
	}
	const struct dirent *entry;
	while ((entry = readdir(dir)) != NULL) {
		char name[NAME_MAX + 1];
		char path[PATH_MAX];
		int length = snprintf(path, sizeof(path), "%s/%s/%s%s", folder, entry->d_name,
				entry->d_name, SUFFIX);
		if (entry->d_name[0] == '.') {
			continue;
		}
		if (name_of(entry->d_name, name, sizeof(name))) {
			add_name(names, name);
		} else if (length < (int)sizeof(path) && access(path, F_OK) == 0) {
			add_name(names, entry->d_name);
		}
	}
	closedir(dir);
}

static int compare_names(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static void names_init(struct names *names, const struct plugins *plugins)
{
	names->count = 0;
	for (size_t i = 0; i < plugins->folder_count; i++) {
		add_names(names, plugins->folders[i]);
	}
	qsort(names->items, names->count, sizeof(names->items[0]), compare_names);
}

static void names_finish(struct names *names)
{
	for (size_t i = 0; i < names->count; i++) {
		free(names->items[i]);
	}
}

void plugins_names(
		struct plugins *plugins, void (*fn)(void *data, const char *name), void *data)
{
	struct names names;
	names_init(&names, plugins);
	for (size_t i = 0; i < names.count; i++) {
		fn(data, names.items[i]);
	}
	names_finish(&names);
}

void plugins_list(struct plugins *plugins,
		void (*fn)(void *data, const struct plugin_entry *entry), void *data)
{
	struct names names;
	names_init(&names, plugins);
	for (size_t i = 0; i < names.count; i++) {
		char why[PLUGIN_WHY_SIZE] = "";
		char path[PATH_MAX] = "";
		locate(plugins, names.items[i], path);
		const struct plugin *plugin =
				plugins_find(plugins, names.items[i], why, sizeof(why));
		struct plugin_entry entry = {
			.name = names.items[i],
			.path = path,
			.plugin = plugin,
			.why = plugin == NULL ? why : NULL,
		};
		fn(data, &entry);
	}
	names_finish(&names);
}

/* A message that grows by pieces; what finds no room is left out. */
struct message {
	char *text;
	size_t size;
	size_t used;
};

static void say(struct message *message, const char *before, const char *text)
{
	if (message->used < message->size) {
		message->used += (size_t)snprintf(message->text + message->used,
				message->size - message->used, "%s%s", before, text);
	}
}

/* What is there instead, what was probably meant, and where we looked. */
static void say_missing(
		const struct plugins *plugins, const char *name, char *why, size_t size)
{
	struct message message = { why, size, 0 };
	struct names names;
	struct suggest suggest;
	names_init(&names, plugins);
	suggest_init(&suggest, name);
	say(&message, "there is no plugin \"", name);
	say(&message, "\"; ", names.count == 0 ? "none is installed" : "installed:");
	for (size_t i = 0; i < names.count; i++) {
		say(&message, i == 0 ? " " : ", ", names.items[i]);
		suggest_add(&suggest, names.items[i]);
	}
	say(&message, "; searched:", "");
	for (size_t i = 0; i < plugins->folder_count; i++) {
		say(&message, i == 0 ? " " : ", ", plugins->folders[i]);
	}
	if (suggest.best != NULL) {
		say(&message, "; did you mean \"", suggest.best);
		say(&message, "\"?", "");
	}
	names_finish(&names);
}

static bool is_name(const char *name)
{
	return name[0] != '\0' && name[0] != '.' && strchr(name, '/') == NULL &&
		   strlen(name) <= NAME_MAX - strlen(SUFFIX);
}

bool plugins_has(const struct plugins *plugins, const char *name)
{
	char path[PATH_MAX];
	return is_name(name) && locate(plugins, name, path);
}

const struct plugin *plugins_find(
		struct plugins *plugins, const char *name, char *why, size_t size)
{
	char path[PATH_MAX];
	for (size_t i = 0; i < plugins->count; i++) {
		if (strcmp(plugins->loaded[i]->name, name) == 0) {
			return plugins->loaded[i];
		}
	}
	if (!is_name(name)) {
		snprintf(why, size,
				"\"%.64s\" is no name of a plugin; write serial for serial.so", name);
		return NULL;
	}
	if (!locate(plugins, name, path)) {
		say_missing(plugins, name, why, size);
		return NULL;
	}
	return load(plugins, path, name, why, size);
}
