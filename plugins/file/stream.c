/* SPDX-License-Identifier: MIT */
/* Bounded blocking writes to pipes, terminals and devices. */
#include "stream.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <time.h>
#include <unistd.h>

static int64_t now_ms(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static int wait_writable(int fd, const struct stream_wait *wait)
{
	int64_t end = now_ms() + wait->timeout_ms;
	for (;;) {
		struct pollfd entry = { .fd = fd, .events = POLLOUT };
		int ready = poll(&entry, 1, STREAM_SLICE_MS);
		if (ready > 0) {
			return 0;
		}
		if (ready < 0 && errno != EINTR) {
			return -errno;
		}
		if (wait->stop(wait->data)) {
			return -ECANCELED;
		}
		if (now_ms() >= end) {
			return -ETIMEDOUT;
		}
	}
}

int stream_write(int fd, const char *data, size_t size, size_t *written,
		const struct stream_wait *wait)
{
	*written = 0;
	while (*written < size) {
		int error = wait_writable(fd, wait);
		if (error != 0) {
			return error;
		}
		/* A pipe that is writable has room for PIPE_BUF, so that this cannot block. */
		size_t part = size - *written < PIPE_BUF ? size - *written : PIPE_BUF;
		ssize_t count = write(fd, data + *written, part);
		if (count < 0 && errno != EINTR && errno != EAGAIN) {
			return -errno;
		}
		*written += count > 0 ? (size_t)count : 0;
	}
	return 0;
}
