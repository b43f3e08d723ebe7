/* SPDX-License-Identifier: MIT */
/* Looks up what a user would have to look up next: groups, holders, other ports. */
#include "explain.h"

#include <dirent.h>
#include <errno.h>
#include <grp.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "holder.h"

#define PORTS_NAMED 3 /* others that are offered when one is missing */

static void explain_busy(
		const struct explain_roots *roots, const char *path, char text[EXPLAIN_SIZE])
{
	char command[32];
	pid_t pid = holder_find(roots->proc, path);
	if (pid == 0) {
		snprintf(text, EXPLAIN_SIZE,
				"is used by another program (`metergate ports` as root names it); stop "
				"that first");
		return;
	}
	holder_command(roots->proc, pid, command, sizeof(command));
	snprintf(text, EXPLAIN_SIZE, "is used by process %d (%s); stop that first", (int)pid,
			command);
}

/* The group that may open the port, unless that is none or root's; false then. */
static bool find_group(const char *path, char *name, size_t size)
{
	struct stat about;
	struct group group, *found = NULL;
	char strings[1024];
	if (stat(path, &about) < 0 || (about.st_mode & 060) != 060 || about.st_gid == 0 ||
			getgrgid_r(about.st_gid, &group, strings, sizeof(strings), &found) != 0 ||
			found == NULL) {
		return false;
	}
	snprintf(name, size, "%s", group.gr_name);
	return true;
}

static void explain_access(const char *path, char text[EXPLAIN_SIZE])
{
	char group[33];
	if (!find_group(path, group, sizeof(group))) {
		snprintf(text, EXPLAIN_SIZE,
				"may not be opened by this user; a udev rule has to give its group "
				"rights");
		return;
	}
	snprintf(text, EXPLAIN_SIZE,
			"may only be opened by the group %s; join it with \"sudo usermod -aG %s "
			"$USER\" and log in again",
			group, group);
}

static size_t add_names(const char *folder, char *text, size_t size)
{
	size_t length = 0, count = 0;
	DIR *list = opendir(folder);
	text[0] = '\0';
	if (list == NULL) {
		return 0;
	}
	for (struct dirent *entry = readdir(list); entry != NULL && count < PORTS_NAMED;
			entry = readdir(list)) {
		size_t need = strlen(entry->d_name) + 2;
		if (entry->d_name[0] != '.' && length + need < size) {
			length += (size_t)snprintf(text + length, size - length, "%s%s",
					count > 0 ? ", " : "", entry->d_name);
			count++;
		}
	}
	closedir(list);
	return count;
}

static void explain_missing(const struct explain_roots *roots, char text[EXPLAIN_SIZE])
{
	char names[160];
	if (add_names(roots->by_id, names, sizeof(names)) == 0) {
		snprintf(text, EXPLAIN_SIZE,
				"is not there; is it plugged in? `metergate ports` lists what is");
		return;
	}
	snprintf(text, EXPLAIN_SIZE, "is not there; in %.32s there is: %s", roots->by_id,
			names);
}

static const struct {
	int error;
	const char *words;
} plain[] = {
	{ EPERM, "is forbidden by the device policy of the service or container; a systemd "
			 "unit needs DeviceAllow= for it" },
	{ ENOTTY, "is no serial port; `metergate ports` lists those of this machine" },
	{ EISDIR, "is a folder, no serial port; `metergate ports` lists those of this "
			  "machine" },
	{ ENOTDIR, "is no serial port; a part of the path is no folder" },
	{ ENXIO, "has no hardware behind it" },
	{ ENODEV, "has no hardware behind it" },
	{ EIO, "does not work: there is no hardware behind it, or it was unplugged" },
};

void explain_error(const struct explain_roots *roots, const char *path, int error,
		char text[EXPLAIN_SIZE])
{
	switch (error) {
	case EBUSY:
	case EWOULDBLOCK:
		explain_busy(roots, path, text);
		return;
	case EACCES:
		explain_access(path, text);
		return;
	case ENOENT:
		explain_missing(roots, text);
		return;
	default:
		snprintf(text, EXPLAIN_SIZE, "cannot be opened: %s", strerror(error));
	}
	for (size_t i = 0; i < sizeof(plain) / sizeof(plain[0]); i++) {
		if (plain[i].error == error) {
			snprintf(text, EXPLAIN_SIZE, "%s", plain[i].words);
		}
	}
}
