/* SPDX-License-Identifier: MIT */
/* Says which process of this machine serves a port, so that another one can name it. */
#include "gateway/owner.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define RUN_FOLDER "/run/metergate"
#define STATE_FOLDER "/var/lib/metergate"
#define CONTENT_SIZE 320
#define CLAIM_TRIES 10 /* against others who remove their file at the same moment */

static void add(struct owner_folders *folders, const char *base, const char *name)
{
	if (base == NULL || base[0] == '\0' || folders->count >= OWNER_FOLDERS_MAX) {
		return;
	}
	char *path = folders->path[folders->count];
	int length = snprintf(path, PATH_MAX, "%s%s", base, name);
	if (length > 0 && length < PATH_MAX) {
		folders->count++;
	}
}

void owner_folders_init(struct owner_folders *folders, const char *state_dir)
{
	char own[64];
	snprintf(own, sizeof(own), "/tmp/metergate-%lu", (unsigned long)geteuid());
	folders->count = 0;
	add(folders, RUN_FOLDER, "");
	add(folders, secure_getenv("XDG_RUNTIME_DIR"), "/metergate");
	add(folders, STATE_FOLDER, "");
	add(folders, own, "");
	add(folders, state_dir, "");
}

/* A name for the file: what can be read of the port, and a hash (FNV-1a) of all of it. */
static bool lock_path(const char *folder, const char *port, char *path)
{
	uint64_t hash = UINT64_C(0xcbf29ce484222325);
	char readable[33] = "";
	size_t length = strlen(port);
	const char *tail = length > 32 ? port + length - 32 : port;
	for (const char *c = port; *c != '\0'; c++) {
		hash = (hash ^ (unsigned char)*c) * UINT64_C(0x100000001b3);
	}
	for (size_t i = 0; tail[i] != '\0'; i++) {
		readable[i] = strchr("/ \t%", tail[i]) != NULL || tail[i] < 0x20 ? '-' : tail[i];
	}
	return snprintf(path, PATH_MAX, "%s/port-%s-%016" PRIx64 ".lock", folder, readable,
				   hash) < PATH_MAX;
}

static void read_holder(int fd, struct owner_holder *holder)
{
	char text[CONTENT_SIZE];
	ssize_t length = pread(fd, text, sizeof(text) - 1, 0);
	long pid = 0;
	text[length > 0 ? length : 0] = '\0';
	*holder = (struct owner_holder){ .pid = 0 };
	int found = sscanf(text, "%ld %63s %63s %127[^\n]", &pid, holder->gateway,
			holder->bus, holder->control);
	if (found >= 3 && pid > 0) {
		holder->pid = (pid_t)pid;
	}
}

static struct flock whole_file(void)
{
	return (struct flock){ .l_type = F_WRLCK, .l_whence = SEEK_SET };
}

/* Asks without taking the lock, even for a moment, so that no claim fails from it. */
static bool is_held(const char *path, struct owner_holder *holder)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	if (fd < 0) {
		return false;
	}
	struct flock lock = whole_file();
	bool held = fcntl(fd, F_OFD_GETLK, &lock) == 0 && lock.l_type != F_UNLCK;
	if (held) {
		read_holder(fd, holder);
	}
	close(fd);
	return held;
}

bool owner_query(const struct owner_folders *folders, const char *port,
		struct owner_holder *holder)
{
	char path[PATH_MAX];
	for (size_t i = 0; i < folders->count; i++) {
		if (lock_path(folders->path[i], port, path) && is_held(path, holder)) {
			return true;
		}
	}
	return false;
}

/* A folder that is ours or root's: in /tmp somebody else may have made it before. */
static int check_folder(const char *folder)
{
	struct stat status;
	if (mkdir(folder, 0755) != 0 && errno != EEXIST) {
		return -errno;
	}
	if (lstat(folder, &status) != 0) {
		return -errno;
	}
	if (!S_ISDIR(status.st_mode) || (status.st_uid != geteuid() && status.st_uid != 0)) {
		return -EPERM;
	}
	return 0;
}

static bool same_file(int fd, const char *path)
{
	struct stat opened;
	struct stat named;
	return fstat(fd, &opened) == 0 && stat(path, &named) == 0 &&
		   opened.st_dev == named.st_dev && opened.st_ino == named.st_ino;
}

static int write_holder(int fd, const char *gateway, const char *bus, const char *control)
{
	char text[CONTENT_SIZE];
	int length = snprintf(text, sizeof(text), "%ld %.63s %.63s %.127s\n", (long)getpid(),
			gateway, bus, control);
	if (ftruncate(fd, 0) != 0 || pwrite(fd, text, (size_t)length, 0) != length) {
		return errno != 0 ? -errno : -EIO;
	}
	return 0;
}

/* One try: the descriptor, -EAGAIN when the file was removed in between, or -errno. */
static int try_lock(const char *path)
{
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0644);
	if (fd < 0) {
		return -errno;
	}
	struct flock lock = whole_file();
	int result = 0;
	if (fcntl(fd, F_OFD_SETLK, &lock) != 0) {
		result = errno == EAGAIN || errno == EACCES ? -EBUSY : -errno;
	} else if (!same_file(fd, path)) {
		result = -EAGAIN;
	}
	if (result != 0) {
		close(fd);
		return result;
	}
	return fd;
}

static int claim_in(const char *folder, const char *port)
{
	char path[PATH_MAX];
	int result = check_folder(folder);
	if (result == 0 && !lock_path(folder, port, path)) {
		result = -ENAMETOOLONG;
	}
	if (result != 0) {
		return result;
	}
	result = -EAGAIN;
	for (int tries = 0; tries < CLAIM_TRIES && result == -EAGAIN; tries++) {
		result = try_lock(path);
	}
	return result;
}

int owner_claim(const struct owner_folders *folders, const char *port,
		const char *gateway, const char *bus, const char *control,
		struct owner_holder *holder)
{
	int result = -ENOENT;
	*holder = (struct owner_holder){ .pid = 0 };
	if (owner_query(folders, port, holder)) {
		return -EBUSY;
	}
	for (size_t i = 0; i < folders->count; i++) {
		int fd = claim_in(folders->path[i], port);
		if (fd == -EBUSY) {
			owner_query(folders, port, holder);
			return fd;
		}
		int failed = fd < 0 ? fd : write_holder(fd, gateway, bus, control);
		if (failed == 0) {
			return fd;
		}
		owner_release(fd);
		result = failed;
	}
	return result;
}

/* A gateway that is called like a command has a control socket, or is described as well
   by what can be said of any process. */
bool owner_is_command(const struct owner_holder *holder)
{
	bool named =
			strcmp(holder->gateway, OWNER_COMMAND) != 0 && holder->gateway[0] != '\0';
	return !named && holder->control[0] == '\0';
}

void owner_text(
		const struct owner_holder *holder, const char *port, char *text, size_t size)
{
	if (owner_is_command(holder)) {
		snprintf(text, size, "%s is in use by another metergate process, %ld", port,
				(long)holder->pid);
	} else {
		snprintf(text, size, "%s is served by gateway \"%s\" as bus \"%s\" (process %ld)",
				port, holder->gateway, holder->bus, (long)holder->pid);
	}
}

/* The name of the file is removed while it is locked, so that nobody locks a dead one. */
void owner_release(int fd)
{
	char link[64];
	char path[PATH_MAX];
	if (fd < 0) {
		return;
	}
	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	ssize_t length = readlink(link, path, sizeof(path) - 1);
	if (length > 0) {
		path[length] = '\0';
		if (same_file(fd, path)) {
			unlink(path);
		}
	}
	close(fd);
}
