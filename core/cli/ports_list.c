/* SPDX-License-Identifier: MIT */
/* Reads names, drivers, rights and holders of serial ports from /sys, /dev and /proc. */
#include "cli/ports_list.h"

#include <ctype.h>
#include <dirent.h>
#include <fcntl.h>
#include <grp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

/* Cuts what does not fit: such a path leads nowhere and is passed over. */
static void __attribute__((format(printf, 2, 3)))
make_path(char path[PATH_MAX], const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	vsnprintf(path, PATH_MAX, format, arguments);
	va_end(arguments);
}

/* Calls `fn` for each name in a folder that does not begin with a dot. */
static void each_name(
		const char *folder, void (*fn)(void *data, const char *name), void *data)
{
	DIR *names = opendir(folder);
	if (names == NULL) {
		return;
	}
	for (struct dirent *entry = readdir(names); entry != NULL; entry = readdir(names)) {
		if (entry->d_name[0] != '.') {
			fn(data, entry->d_name);
		}
	}
	closedir(names);
}

static bool read_line(const char *path, char *text, size_t size)
{
	FILE *file = fopen(path, "re");
	bool read = file != NULL && fgets(text, (int)size, file) != NULL;
	if (file != NULL) {
		fclose(file);
	}
	text[read ? strcspn(text, "\n") : 0] = '\0';
	return read;
}

/* The last part of what a link leads to; false when there is no link. */
static bool read_link_name(const char *path, char *name, size_t size)
{
	char target[PATH_MAX];
	ssize_t length = readlink(path, target, sizeof(target) - 1);
	if (length <= 0) {
		return false;
	}
	target[length] = '\0';
	const char *slash = strrchr(target, '/');
	snprintf(name, size, "%.*s", (int)size - 1, slash != NULL ? slash + 1 : target);
	return true;
}

/* Kernels from 6.5 on put two devices of their own, with a driver "port", between a UART
 * and its hardware. */
static bool find_driver(
		const struct ports_roots *roots, const char *name, char *driver, size_t size)
{
	char path[PATH_MAX], device[PATH_MAX];
	make_path(path, "%s/class/tty/%s/device", roots->sys, name);
	if (realpath(path, device) == NULL) {
		return false;
	}
	make_path(path, "%s/driver", device);
	if (!read_link_name(path, driver, size)) {
		return false;
	}
	if (strcmp(driver, "port") == 0) {
		make_path(path, "%s/../../driver", device);
		read_link_name(path, driver, size);
	}
	return true;
}

/* The type of a UART is 0 when the kernel did not find one. */
static bool is_phantom(const struct ports_roots *roots, const char *name)
{
	char path[PATH_MAX], type[16];
	make_path(path, "%s/class/tty/%s/type", roots->sys, name);
	return read_line(path, type, sizeof(type)) && strcmp(type, "0") == 0;
}

static void find_rights(struct ports_entry *entry, const struct stat *about)
{
	const struct group *group = getgrgid(about->st_gid);
	if (group != NULL) {
		snprintf(entry->group, sizeof(entry->group), "%s", group->gr_name);
	} else {
		snprintf(entry->group, sizeof(entry->group), "%u", about->st_gid);
	}
	entry->group_may = (about->st_mode & 060) == 060;
	entry->access = faccessat(AT_FDCWD, entry->device, R_OK | W_OK, AT_EACCESS) == 0;
}

struct search {
	const struct ports_roots *roots;
	struct ports_list *list;
	bool short_of_memory;
	const char *pid; /* process whose descriptors are looked at */
};

static void add_port(struct search *search, const struct ports_entry *entry)
{
	struct ports_list *list = search->list;
	struct ports_entry *entries =
			realloc(list->entries, (list->count + 1) * sizeof(*entries));
	if (entries == NULL) {
		search->short_of_memory = true;
		return;
	}
	list->entries = entries;
	entries[list->count++] = *entry;
}

static void look_at_port(void *data, const char *name)
{
	struct search *search = data;
	struct ports_entry entry = { .access = false };
	struct stat about;
	if (strlen(name) >= sizeof(entry.name) || search->list->count == PORTS_LIST_MAX ||
			!find_driver(search->roots, name, entry.driver, sizeof(entry.driver)) ||
			is_phantom(search->roots, name)) {
		return;
	}
	memcpy(entry.name, name, strlen(name) + 1);
	make_path(entry.device, "%s/%s", search->roots->dev, name);
	if (stat(entry.device, &about) == 0) {
		find_rights(&entry, &about);
		add_port(search, &entry);
	}
}

static void look_at_stable_name(void *data, const char *name)
{
	struct search *search = data;
	char path[PATH_MAX], target[64];
	make_path(path, "%s/serial/by-id/%s", search->roots->dev, name);
	if (!read_link_name(path, target, sizeof(target))) {
		return;
	}
	for (size_t i = 0; i < search->list->count; i++) {
		if (strcmp(search->list->entries[i].name, target) == 0) {
			memcpy(search->list->entries[i].stable, path, sizeof(path));
		}
	}
}

static void set_holder(
		const struct ports_roots *roots, struct ports_entry *entry, pid_t pid)
{
	char path[PATH_MAX];
	make_path(path, "%s/%d/comm", roots->proc, (int)pid);
	entry->holder = pid;
	read_line(path, entry->command, sizeof(entry->command));
}

static void look_at_descriptor(void *data, const char *name)
{
	struct search *search = data;
	char path[PATH_MAX], target[PATH_MAX];
	make_path(path, "%s/%s/fd/%s", search->roots->proc, search->pid, name);
	ssize_t length = readlink(path, target, sizeof(target) - 1);
	if (length <= 0) {
		return;
	}
	target[length] = '\0';
	for (size_t i = 0; i < search->list->count; i++) {
		struct ports_entry *entry = &search->list->entries[i];
		if (strcmp(entry->device, target) == 0) {
			set_holder(search->roots, entry, (pid_t)strtol(search->pid, NULL, 10));
		}
	}
}

static void look_at_process(void *data, const char *name)
{
	struct search *search = data;
	char path[PATH_MAX];
	if (isdigit((unsigned char)name[0])) {
		search->pid = name;
		make_path(path, "%s/%s/fd", search->roots->proc, name);
		each_name(path, look_at_descriptor, search);
	}
}

/* A line of /proc/locks: "1: FLOCK  ADVISORY  WRITE 4711 00:06:123 0 EOF". */
static void look_at_lock(struct search *search, const char *line)
{
	int pid;
	unsigned first, second;
	unsigned long inode;
	if (sscanf(line, "%*s FLOCK %*s %*s %d %x:%x:%lu", &pid, &first, &second, &inode) !=
					4 ||
			pid <= 0) {
		return;
	}
	for (size_t i = 0; i < search->list->count; i++) {
		struct ports_entry *entry = &search->list->entries[i];
		struct stat about;
		if (stat(entry->device, &about) == 0 && inode == (unsigned long)about.st_ino &&
				first == major(about.st_dev) && second == minor(about.st_dev)) {
			set_holder(search->roots, entry, pid);
		}
	}
}

/* Whoever has the lock counts before others that have a port open, and everybody may see
 * locks. */
static void look_at_locks(struct search *search)
{
	char path[PATH_MAX], line[256];
	make_path(path, "%s/locks", search->roots->proc);
	FILE *file = fopen(path, "re");
	if (file == NULL) {
		return;
	}
	while (fgets(line, sizeof(line), file) != NULL) {
		look_at_lock(search, line);
	}
	fclose(file);
}

static int by_name(const void *one, const void *other)
{
	return strverscmp(((const struct ports_entry *)one)->name,
			((const struct ports_entry *)other)->name);
}

bool ports_list_init(struct ports_list *list, const struct ports_roots *roots)
{
	struct search search = { .roots = roots, .list = list };
	char path[PATH_MAX];
	*list = (struct ports_list){ .count = 0 };
	make_path(path, "%s/class/tty", roots->sys);
	each_name(path, look_at_port, &search);
	if (search.short_of_memory) {
		ports_list_finish(list);
		return false;
	}
	if (list->count > 0) {
		qsort(list->entries, list->count, sizeof(*list->entries), by_name);
		make_path(path, "%s/serial/by-id", roots->dev);
		each_name(path, look_at_stable_name, &search);
		each_name(roots->proc, look_at_process, &search);
		look_at_locks(&search);
	}
	return true;
}

void ports_list_finish(struct ports_list *list)
{
	free(list->entries);
	*list = (struct ports_list){ .count = 0 };
}
