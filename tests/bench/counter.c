/* SPDX-License-Identifier: MIT */
/* Reads the monotonic clock and the counters of the processor. */
#include "counter.h"

#include <linux/perf_event.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static int open_counter(uint64_t what)
{
	struct perf_event_attr attr = {
		.type = PERF_TYPE_HARDWARE,
		.size = sizeof(attr),
		.config = what,
		.exclude_kernel = 1,
		.exclude_hv = 1,
	};
	return (int)syscall(SYS_perf_event_open, &attr, 0, -1, -1, PERF_FLAG_FD_CLOEXEC);
}

void counter_init(struct counter *counter)
{
	counter->cycles_fd = open_counter(PERF_COUNT_HW_CPU_CYCLES);
	counter->instructions_fd = open_counter(PERF_COUNT_HW_INSTRUCTIONS);
}

static void close_one(int *fd)
{
	if (*fd >= 0) {
		close(*fd);
	}
	*fd = -1;
}

void counter_finish(struct counter *counter)
{
	close_one(&counter->cycles_fd);
	close_one(&counter->instructions_fd);
}

bool counter_counts(const struct counter *counter)
{
	return counter->cycles_fd >= 0 && counter->instructions_fd >= 0;
}

static uint64_t read_one(int fd)
{
	uint64_t count = 0;
	return fd >= 0 && read(fd, &count, sizeof(count)) == sizeof(count) ? count : 0;
}

struct counter_reading counter_read(const struct counter *counter)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (struct counter_reading){
		.ns = (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec,
		.cycles = read_one(counter->cycles_fd),
		.instructions = read_one(counter->instructions_fd),
	};
}
