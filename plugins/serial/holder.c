/* SPDX-License-Identifier: MIT */
/* Asks /proc: locks are seen by everybody, open files of other users only by root. */
#include "holder.h"

#include <dirent.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

/* Who has the lock, by /proc/locks: "1: FLOCK  ADVISORY  WRITE 4711 00:06:123 0 EOF". */
static pid_t find_lock(const char *proc, const struct stat *about)
{
	char path[PATH_MAX], line[256];
	pid_t found = 0;
	snprintf(path, sizeof(path), "%s/locks", proc);
	FILE *file = fopen(path, "re");
	while (file != NULL && found == 0 && fgets(line, sizeof(line), file) != NULL) {
		int pid;
		unsigned first, second;
		unsigned long inode;
		if (sscanf(line, "%*s FLOCK %*s %*s %d %x:%x:%lu", &pid, &first, &second,
					&inode) == 4 &&
				pid > 0 && inode == (unsigned long)about->st_ino &&
				first == major(about->st_dev) && second == minor(about->st_dev)) {
			found = pid;
		}
	}
	if (file != NULL) {
		fclose(file);
	}
	return found;
}

/* Whether a descriptor of the process leads to `device`. */
static bool has_open(const char *proc, pid_t pid, const char *device)
{
	char folder[PATH_MAX], link[PATH_MAX], target[PATH_MAX];
	bool found = false;
	snprintf(folder, sizeof(folder), "%s/%d/fd", proc, (int)pid);
	DIR *list = opendir(folder);
	if (list == NULL) {
		return false;
	}
	for (struct dirent *entry = readdir(list); entry != NULL && !found;
			entry = readdir(list)) {
		if (snprintf(link, sizeof(link), "%s/%s", folder, entry->d_name) >=
				(int)sizeof(link)) {
			continue;
		}
		ssize_t length = readlink(link, target, sizeof(target) - 1);
		target[length > 0 ? length : 0] = '\0';
		found = strcmp(target, device) == 0;
	}
	closedir(list);
	return found;
}

static pid_t find_open(const char *proc, const char *device)
{
	pid_t found = 0;
	DIR *list = opendir(proc);
	if (list == NULL) {
		return 0;
	}
	for (struct dirent *entry = readdir(list); entry != NULL && found == 0;
			entry = readdir(list)) {
		pid_t pid = (pid_t)strtol(entry->d_name, NULL, 10); /* 0 for other names */
		if (pid > 0 && pid != getpid() && has_open(proc, pid, device)) {
			found = pid;
		}
	}
	closedir(list);
	return found;
}

pid_t holder_find(const char *proc, const char *path)
{
	char device[PATH_MAX];
	struct stat about;
	if (realpath(path, device) == NULL || stat(device, &about) < 0) {
		return 0;
	}
	pid_t found = find_lock(proc, &about);
	return found != 0 ? found : find_open(proc, device);
}

void holder_command(const char *proc, pid_t pid, char *command, size_t size)
{
	char path[PATH_MAX];
	snprintf(path, sizeof(path), "%s/%d/comm", proc, (int)pid);
	FILE *file = fopen(path, "re");
	if (file == NULL || fgets(command, (int)size, file) == NULL) {
		command[0] = '\0';
	}
	if (file != NULL) {
		fclose(file);
	}
	command[strcspn(command, "\n")] = '\0';
}
