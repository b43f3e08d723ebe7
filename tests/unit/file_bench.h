/* SPDX-License-Identifier: MIT */
/* For tests of the file sink: an instance, readings, a folder, and a disk that fails. */
#ifndef FILE_BENCH_H
#define FILE_BENCH_H

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include <metergate/testing.h>

#define SAMPLES 40

/* How the kernel calls of the plugin behave; room: bytes until the disk is full. */
static struct {
	long room;
	int write_error, sync_error, cut_error;
	unsigned syncs;
} disk;

ssize_t __real_write(int fd, const void *data, size_t size);
int __real_ftruncate64(int fd, int64_t size);
ssize_t __wrap_write(int fd, const void *data, size_t size);
int __wrap_fdatasync(int fd);
int __wrap_ftruncate64(int fd, int64_t size);

ssize_t __wrap_write(int fd, const void *data, size_t size)
{
	if (disk.write_error == 0) {
		return __real_write(fd, data, size);
	}
	if (disk.room == 0) {
		errno = disk.write_error;
		return -1;
	}
	size_t part = size < (size_t)disk.room ? size : (size_t)disk.room;
	disk.room -= (long)part;
	return __real_write(fd, data, part);
}

int __wrap_fdatasync(int fd)
{
	disk.syncs++;
	errno = disk.sync_error;
	return disk.sync_error != 0 || fd < 0 ? -1 : 0;
}

int __wrap_ftruncate64(int fd, int64_t size)
{
	errno = disk.cut_error;
	return disk.cut_error != 0 ? -1 : __real_ftruncate64(fd, size);
}

struct bench {
	struct mg_testing t;
	const struct mg_sink *sink;
	void *self;
	char folder[32], path[64];
	struct mg_testing_sample samples[SAMPLES];
	const struct mg_reading *batch[SAMPLES];
	char text[65536];
};

static inline int setup(void **state)
{
	struct bench *b = calloc(1, sizeof(*b));
	memset(&disk, 0, sizeof(disk));
	signal(SIGPIPE, SIG_IGN);
	mg_testing_init(&b->t);
	b->sink = metergate_plugin.sink;
	strcpy(b->folder, "/tmp/test_file_XXXXXX");
	assert_non_null(mkdtemp(b->folder));
	snprintf(b->path, sizeof(b->path), "%s/out", b->folder);
	for (size_t i = 0; i < SAMPLES; i++) {
		b->batch[i] = mg_testing_sample_init(&b->samples[i], i + 1);
	}
	*state = b;
	return 0;
}

static inline int teardown(void **state)
{
	struct bench *b = *state;
	char command[64];
	snprintf(command, sizeof(command), "rm -rf %s", b->folder);
	int status = system(command);
	mg_testing_finish(&b->t);
	free(b);
	return status;
}

/* Opens a sink on b->path; up to three more settings. */
static inline int start(
		struct bench *b, const char *one, const char *two, const char *three)
{
	char path[80];
	snprintf(path, sizeof(path), "path=%s", b->path);
	const char *settings[] = { path, one, two, three, NULL };
	b->self = mg_testing_instance(
			&b->t, b->sink->instance_size, &b->sink->options, settings);
	assert_non_null(b->self);
	return b->sink->open(b->self);
}

static inline int put(struct bench *b, size_t from, size_t count, size_t *taken)
{
	*taken = 0;
	mg_testing_clear(&b->t);
	return b->sink->write(b->self, b->batch + from, count, taken);
}

static inline void put_ok(struct bench *b, size_t from, size_t count)
{
	size_t taken;
	assert_int_equal(put(b, from, count, &taken), MG_OK);
}

static inline const char *content(struct bench *b, const char *suffix)
{
	char path[80];
	snprintf(path, sizeof(path), "%s%s", b->path, suffix);
	FILE *file = fopen(path, "r");
	size_t size = file == NULL ? 0 : fread(b->text, 1, sizeof(b->text) - 1, file);
	b->text[size] = '\0';
	if (file != NULL) {
		fclose(file);
	}
	return b->text;
}

static inline void fill(struct bench *b, const char *text)
{
	FILE *file = fopen(b->path, "w");
	assert_non_null(file);
	fputs(text, file);
	fclose(file);
}

/* Whole JSON lines with the sequence numbers first, first + 1, ... and nothing else. */
static inline size_t json_lines(struct bench *b, const char *suffix, unsigned first)
{
	size_t count = 0;
	const char *line = content(b, suffix);
	while (*line != '\0') {
		char seq[32];
		const char *end = strchr(line, '\n');
		assert_non_null(end);
		assert_int_equal(*line, '{');
		assert_int_equal(end[-1], '}');
		snprintf(seq, sizeof(seq), "\"seq\":%zu,", first + count);
		const char *found = strstr(line, seq);
		assert_true(found != NULL && found < end);
		count++;
		line = end + 1;
	}
	return count;
}

#define ROW(function) cmocka_unit_test_setup_teardown(function, setup, teardown)

#endif
