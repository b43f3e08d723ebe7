/* SPDX-License-Identifier: MIT */
/* The file that a capture is written to. */
#include "capture/capture_file.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "capture/capture_read.h"

#define MODE 0640

/* An empty file, or one that begins like a capture. */
static bool may_append(int fd, off_t size)
{
	uint8_t bytes[CAPTURE_FORMAT_MAGIC_SIZE];
	return size == 0 || (pread(fd, bytes, sizeof(bytes), 0) == (ssize_t)sizeof(bytes) &&
								capture_read_is(bytes, sizeof(bytes)));
}

/* What keeps the open file from being written to: 0 or -errno. */
static int claim(int fd, off_t *size)
{
	struct stat info;
	if (fstat(fd, &info) != 0) {
		return -errno;
	}
	if (!S_ISREG(info.st_mode) || !may_append(fd, info.st_size)) {
		return -EEXIST;
	}
	*size = info.st_size;
	if (flock(fd, LOCK_EX | LOCK_NB) != 0) {
		return errno == EWOULDBLOCK ? -EBUSY : -errno;
	}
	return 0;
}

/* The file, locked; or -errno. Without O_NONBLOCK a pipe would hold up whoever opens it.
 */
static int open_file(const char *path, off_t *size)
{
	int fd = open(
			path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC | O_NOCTTY | O_NONBLOCK, MODE);
	if (fd < 0) {
		return -errno;
	}
	int error = claim(fd, size);
	if (error != 0) {
		close(fd);
		return error;
	}
	return fd;
}

/* Writes all of it, or leaves the file as it was. */
static bool append(struct capture_file *file, const uint8_t *bytes, size_t size)
{
	size_t done = 0;
	while (done < size) {
		ssize_t count = write(file->fd, bytes + done, size - done);
		if (count < 0 && errno == EINTR) {
			continue;
		}
		if (count <= 0) {
			file->error = count < 0 ? -errno : -EIO;
			(void)!ftruncate(file->fd, file->size);
			return false;
		}
		done += (size_t)count;
	}
	file->size += (off_t)size;
	return true;
}

void capture_batch_add(struct capture_batch *sum, const struct capture_batch *batch)
{
	sum->size += batch->size;
	sum->payload += batch->payload;
	sum->span += batch->span;
}

size_t capture_file_lost(
		uint64_t count, int64_t delta, uint8_t bytes[CAPTURE_FILE_LOST_ROOM])
{
	uint8_t content[8];
	capture_format_put(content, sizeof(content), count);
	const struct capture_format_entry entry = {
		.kind = CAPTURE_FORMAT_LOST,
		.delta = delta,
		.content = content,
		.size = sizeof(content),
	};
	return capture_format_entry(&entry, bytes);
}

static bool write_head(struct capture_file *file)
{
	if (file->head_size > 0 && !append(file, file->head, file->head_size)) {
		return false;
	}
	file->head_size = 0;
	return true;
}

static bool write_gap(struct capture_file *file)
{
	uint8_t bytes[CAPTURE_FILE_LOST_ROOM];
	if (file->gap.size == 0) {
		return true;
	}
	size_t size = capture_file_lost(file->gap.payload, file->gap.span, bytes);
	if (!append(file, bytes, size)) {
		return false;
	}
	file->gap = (struct capture_batch){ .size = 0 };
	return true;
}

static void keep_head(struct capture_file *file, const uint8_t *head, size_t size)
{
	memcpy(file->head, head, size);
	file->head_size = size;
}

int capture_file_init(struct capture_file *file, const char *path, const uint8_t *head,
		size_t head_size)
{
	*file = (struct capture_file){ .path = path };
	file->fd = open_file(path, &file->size);
	if (file->fd < 0) {
		return file->fd;
	}
	keep_head(file, head, head_size);
	return write_head(file) ? 0 : file->error;
}

void capture_file_finish(struct capture_file *file)
{
	if (file->fd >= 0) {
		close(file->fd);
		file->fd = -1;
	}
}

bool capture_file_write(struct capture_file *file, const uint8_t *bytes,
		const struct capture_batch *batch)
{
	if (batch->size == 0 ||
			(write_head(file) && write_gap(file) && append(file, bytes, batch->size))) {
		return true;
	}
	capture_batch_add(&file->gap, batch);
	return false;
}

/* Is the file of that name still the one that is open? Its lock is our own then. */
static bool is_still_there(const struct capture_file *file)
{
	struct stat there, open_one;
	return stat(file->path, &there) == 0 && fstat(file->fd, &open_one) == 0 &&
		   there.st_dev == open_one.st_dev && there.st_ino == open_one.st_ino;
}

static void take_new_file(struct capture_file *file)
{
	off_t size = 0;
	int fd = open_file(file->path, &size);
	if (fd < 0) {
		file->error = fd;
		return;
	}
	close(file->fd);
	file->fd = fd;
	file->size = size;
	file->error = 0;
}

void capture_file_reopen(struct capture_file *file, const uint8_t *head, size_t head_size)
{
	if (!is_still_there(file)) {
		take_new_file(file);
	}
	/* What is missing until now is missing before the first entry of the new run. */
	file->gap.span = 0;
	keep_head(file, head, head_size);
	write_head(file);
}
