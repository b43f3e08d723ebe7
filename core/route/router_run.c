/* SPDX-License-Identifier: MIT */
/* The number of a run: never used twice, also where the clock begins anew. */
#include "route/router.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define NUMBER_SIZE 32

static uint64_t now_in_us(void)
{
	struct timespec now;
	clock_gettime(CLOCK_REALTIME, &now);
	return (uint64_t)now.tv_sec * 1000000u + (uint64_t)now.tv_nsec / 1000u;
}

/* The number kept, or 0 when there is none. 0, or -errno. */
static int read_last(int folder, uint64_t *last)
{
	char text[NUMBER_SIZE] = "";
	char *end = text;
	*last = 0;
	int fd = openat(folder, "run", O_RDONLY | O_CLOEXEC);
	if (fd < 0) {
		return errno == ENOENT ? 0 : -errno;
	}
	ssize_t length = read(fd, text, sizeof(text) - 1);
	int error = length < 0 ? -errno : 0;
	close(fd);
	if (error == 0) {
		*last = strtoull(text, &end, 10);
		error = end == text || *end != '\n' || *last > INT64_MAX ? -EBADMSG : 0;
	}
	return error;
}

static int write_all(int fd, const char *text, size_t length)
{
	ssize_t written = write(fd, text, length);
	if (written != (ssize_t)length) {
		return written < 0 ? -errno : -ENOSPC;
	}
	return fsync(fd) == 0 ? 0 : -errno;
}

/* Under another name first: after a power cut there is either the old file or the new. */
static int write_number(int folder, uint64_t number)
{
	char text[NUMBER_SIZE];
	int length = snprintf(text, sizeof(text), "%" PRIu64 "\n", number);
	int fd = openat(folder, "run.new", O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	if (fd < 0) {
		return -errno;
	}
	int error = write_all(fd, text, (size_t)length);
	close(fd);
	if (error == 0 && renameat(folder, "run.new", folder, "run") != 0) {
		error = -errno;
	}
	if (error == 0 && fsync(folder) != 0) {
		error = -errno;
	}
	return error;
}

static void warn(struct log *log, const char *state_dir, int error)
{
	char words[128];
	log_write(log, MG_LOG_WARNING, NULL,
			"%s/run: %s; the number of this run is just the time, so it may repeat after "
			"the clock was set back: let the gateway write to state_dir",
			state_dir, strerror_r(error, words, sizeof(words)));
}

uint64_t router_run_id(const char *state_dir, struct log *log)
{
	uint64_t run = now_in_us(), last = 0;
	if (state_dir == NULL || *state_dir == '\0') {
		return run;
	}
	int folder = open(state_dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (folder < 0) {
		warn(log, state_dir, errno);
		return run;
	}
	int error = read_last(folder, &last);
	if (error == 0 && run <= last) {
		run = last + 1;
	}
	int kept = write_number(folder, run);
	close(folder);
	if (error != 0 || kept != 0) {
		warn(log, state_dir, error != 0 ? -error : -kept);
	}
	return run;
}
