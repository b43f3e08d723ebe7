/* SPDX-License-Identifier: MIT */
/* The file of the control socket: made, kept to its group, removed. */
#include "gateway/control_socket.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#define FOLDER_MODE 0755
#define BACKLOG 64
/* Two gateways that start at once wait for each other, for less than a second. */
#define LOCK_TRIES 50
#define LOCK_PAUSE_US 10000

static bool fill_address(struct sockaddr_un *address, const char *path)
{
	*address = (struct sockaddr_un){ .sun_family = AF_UNIX };
	size_t length = strlen(path);
	if (length >= sizeof(address->sun_path)) {
		return false;
	}
	memcpy(address->sun_path, path, length + 1);
	return true;
}

int control_socket_connect(const char *path)
{
	struct sockaddr_un address;
	if (!fill_address(&address, path)) {
		return -ENAMETOOLONG;
	}
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0) {
		return -errno;
	}
	/* It holds for connect(), too, which waits while too many others wait already. */
	const struct timeval patience = { .tv_sec = CONTROL_SOCKET_PATIENCE_S };
	setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience));
	if (connect(fd, (const struct sockaddr *)&address, sizeof(address)) != 0) {
		int error = errno == EAGAIN ? ETIMEDOUT : errno;
		close(fd);
		return -error;
	}
	return fd;
}

static int refuse(char *why, size_t size, const char *what, const char *path, int error)
{
	snprintf(why, size, "%s %s: %s", what, path, strerror(error));
	return -error;
}

/* The folder of the path, made if need be and locked: a descriptor or -errno. */
static int lock_folder(const char *path, char *why, size_t size)
{
	char folder[PATH_MAX] = ".";
	const char *slash = strrchr(path, '/');
	if (slash != NULL) {
		snprintf(folder, sizeof(folder), "%.*s", (int)(slash - path) + (slash == path),
				path);
	}
	if (mkdir(folder, FOLDER_MODE) != 0 && errno != EEXIST) {
		return refuse(why, size, "the folder cannot be made:", folder, errno);
	}
	int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0) {
		return refuse(why, size, "the folder cannot be opened:", folder, errno);
	}
	for (int tries = 0; flock(fd, LOCK_EX | LOCK_NB) != 0; tries++) {
		if (tries == LOCK_TRIES) {
			close(fd);
			return refuse(why, size, "another process keeps a lock on", folder, EBUSY);
		}
		usleep(LOCK_PAUSE_US);
	}
	return fd;
}

/* Nobody else looks at the file meanwhile: the folder is locked. */
static int remove_stale(const char *path, char *why, size_t size)
{
	struct stat status;
	if (lstat(path, &status) != 0) {
		return errno == ENOENT ? 0 : refuse(why, size, "cannot look at", path, errno);
	}
	if (!S_ISSOCK(status.st_mode)) {
		return refuse(why, size, "there is something else, and no socket:", path, EEXIST);
	}
	int fd = control_socket_connect(path);
	if (fd >= 0) {
		close(fd);
		return refuse(why, size, "another process listens on", path, EADDRINUSE);
	}
	if (fd != -ECONNREFUSED) {
		return refuse(why, size, "cannot tell who listens on", path, -fd);
	}
	return unlink(path) == 0 ? 0 : refuse(why, size, "cannot replace", path, errno);
}

/* Bound with no more rights than it shall have; the umask may take some from it. */
static int bind_socket(int fd, const char *path)
{
	struct sockaddr_un address;
	if (!fill_address(&address, path)) {
		return -ENAMETOOLONG;
	}
	if (fchmod(fd, CONTROL_SOCKET_MODE) != 0 ||
			bind(fd, (const struct sockaddr *)&address, sizeof(address)) != 0 ||
			chmod(path, CONTROL_SOCKET_MODE) != 0 || listen(fd, BACKLOG) != 0) {
		return -errno;
	}
	return 0;
}

static int open_socket(
		struct control_socket *made, const char *path, char *why, size_t size)
{
	struct stat status;
	int failed = remove_stale(path, why, size);
	if (failed != 0) {
		return failed;
	}
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	failed = fd < 0 ? -errno : bind_socket(fd, path);
	if (failed == 0 && stat(path, &status) != 0) {
		failed = -errno;
	}
	if (failed != 0 && fd >= 0) {
		close(fd);
	}
	if (failed != 0) {
		return refuse(why, size, "cannot listen on", path, -failed);
	}
	*made = (struct control_socket){ fd, status.st_dev, status.st_ino };
	return 0;
}

int control_socket_init(
		struct control_socket *made, const char *path, char *why, size_t size)
{
	made->fd = -1;
	int folder = lock_folder(path, why, size);
	if (folder < 0) {
		return folder;
	}
	int failed = open_socket(made, path, why, size);
	close(folder);
	return failed;
}

void control_socket_finish(struct control_socket *made, const char *path)
{
	struct stat status;
	if (made->fd < 0) {
		return;
	}
	if (stat(path, &status) == 0 && status.st_dev == made->device &&
			status.st_ino == made->inode) {
		unlink(path);
	}
	close(made->fd);
	made->fd = -1;
}
