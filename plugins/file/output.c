/* SPDX-License-Identifier: MIT */
/* Opens, cuts, appends, synchronises and renames files of lines. */
#include "output.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define LOOK_BACK 4096

static int open_standard(struct output *output)
{
	output->standard = true;
	output->fd = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3);
	return output->fd < 0 ? -errno : 0;
}

/* O_NONBLOCK: a pipe that nobody reads must not hang the sink. */
static int open_path(struct output *output, const char *path, mode_t mode)
{
	const int flags = O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY | O_NONBLOCK;
	output->fd = open(path, flags | O_EXCL, mode);
	if (output->fd >= 0) {
		return fchmod(output->fd, mode) < 0 ? -errno : 0;
	}
	if (errno == EEXIST) {
		output->fd = open(path, flags, mode);
	}
	return output->fd < 0 ? -errno : 0;
}

/* Offset behind the last '\n' of the first `size` bytes, 0 without one, or -errno. */
static off_t last_line_end(int fd, off_t size)
{
	char block[LOOK_BACK];
	off_t end = size;
	while (end > 0) {
		size_t want = end < LOOK_BACK ? (size_t)end : LOOK_BACK;
		ssize_t got = pread(fd, block, want, end - (off_t)want);
		if (got != (ssize_t)want) {
			return got < 0 ? -errno : -EIO;
		}
		const char *found = memrchr(block, '\n', want);
		if (found != NULL) {
			return end - (off_t)want + (found - block) + 1;
		}
		end -= (off_t)want;
		if (size - end > OUTPUT_TORN_LARGEST) {
			return -EMEDIUMTYPE;
		}
	}
	return 0;
}

/* A power cut may leave zeros where a line was being written. */
static bool looks_like_line(int fd, off_t at, char first)
{
	char begin = '\0';
	return first == '\0' ||
		   (pread(fd, &begin, 1, at) == 1 && (begin == first || begin == '\0'));
}

static int cut_torn_line(struct output *output, int fd, char first)
{
	off_t end = last_line_end(fd, output->size);
	if (end < 0) {
		return (int)end;
	}
	if (end == output->size) {
		return 0;
	}
	if (!looks_like_line(fd, end, first)) {
		return -EMEDIUMTYPE;
	}
	output->cut = output->size - end;
	return output_cut(output, end);
}

static int prepare_regular(struct output *output, const char *path, char first)
{
	if (flock(output->fd, LOCK_EX | LOCK_NB) < 0) {
		return -errno;
	}
	if (output->size == 0) {
		return 0;
	}
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	if (fd < 0) {
		return -errno;
	}
	int error = cut_torn_line(output, fd, first);
	close(fd);
	return error;
}

static int prepare(struct output *output, const char *path, char first)
{
	struct stat status;
	if (fstat(output->fd, &status) < 0) {
		return -errno;
	}
	if (S_ISDIR(status.st_mode)) {
		return -EISDIR;
	}
	output->regular = S_ISREG(status.st_mode);
	output->size = output->regular ? status.st_size : 0;
	return output->regular ? prepare_regular(output, path, first) : 0;
}

int output_open(struct output *output, const char *path, mode_t mode, char first)
{
	*output = (struct output){ .fd = -1 };
	if (strcmp(path, "-") == 0) {
		return open_standard(output);
	}
	int error = open_path(output, path, mode);
	if (error == 0) {
		error = prepare(output, path, first);
	}
	if (error != 0) {
		output_close(output);
	}
	return error;
}

void output_close(struct output *output)
{
	if (output->fd >= 0) {
		close(output->fd);
	}
	output->fd = -1;
}

bool output_gone(struct output *output)
{
	struct stat status;
	if (fstat(output->fd, &status) < 0) {
		return true;
	}
	if (!output->ragged) {
		output->size = status.st_size;
	}
	return status.st_nlink == 0;
}

int output_append(struct output *output, const char *data, size_t size, size_t *written)
{
	*written = 0;
	if (output->ragged) {
		int error = output_cut(output, output->size);
		if (error != 0) {
			return error;
		}
	}
	while (*written < size) {
		ssize_t count = write(output->fd, data + *written, size - *written);
		if (count <= 0) {
			if (count < 0 && errno == EINTR) {
				continue;
			}
			return count < 0 ? -errno : -EIO;
		}
		*written += (size_t)count;
	}
	output->size += (off_t)size;
	return 0;
}

int output_cut(struct output *output, off_t size)
{
	output->size = size;
	output->ragged = ftruncate(output->fd, size) < 0;
	return output->ragged ? -errno : 0;
}

int output_sync(struct output *output)
{
	return output->regular && fdatasync(output->fd) < 0 ? -errno : 0;
}

static int rename_numbered(const char *path, unsigned from)
{
	char before[PATH_MAX], after[PATH_MAX];
	int length = from == 0 ? snprintf(before, sizeof(before), "%s", path)
						   : snprintf(before, sizeof(before), "%s.%u", path, from);
	int longer = snprintf(after, sizeof(after), "%s.%u", path, from + 1);
	if (length >= (int)sizeof(before) || longer >= (int)sizeof(after)) {
		return -ENAMETOOLONG;
	}
	return rename(before, after) < 0 && (errno != ENOENT || from == 0) ? -errno : 0;
}

int output_rotate(const char *path, unsigned keep)
{
	for (unsigned i = keep; i > 0; i--) {
		int error = rename_numbered(path, i - 1);
		if (error != 0) {
			return error;
		}
	}
	return 0;
}

size_t output_folder(const char *path)
{
	const char *slash = strrchr(path, '/');
	return slash == NULL ? 0 : slash == path ? 1 : (size_t)(slash - path);
}

int output_sync_folder(const char *path)
{
	char folder[PATH_MAX] = ".";
	size_t length = output_folder(path);
	if (length >= sizeof(folder)) {
		return -ENAMETOOLONG;
	}
	if (length > 0) {
		memcpy(folder, path, length);
		folder[length] = '\0';
	}
	int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0) {
		return -errno;
	}
	int error = fsync(fd) < 0 ? -errno : 0;
	close(fd);
	return error;
}
