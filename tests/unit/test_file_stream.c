/* SPDX-License-Identifier: MIT */
/* The file sink on standard output, pipes and devices: bounded waits, no torn lines. */
#include "file_bench.h"

static size_t drain(int fd, char *text, size_t size)
{
	size_t used = 0;
	ssize_t got = 0;
	while ((got = read(fd, text + used, size - 1 - used)) > 0) {
		used += (size_t)got;
	}
	text[used] = '\0';
	return used;
}

static void pipe_that_nobody_reads_is_waited_for(void **state)
{
	struct bench *b = *state;
	size_t taken;
	assert_int_equal(mkfifo(b->path, 0600), 0);
	assert_int_equal(start(b, "format=csv", NULL, NULL), MG_RETRY);
	assert_non_null(strstr(b->t.reason, "nobody reads"));
	int reader = open(b->path, O_RDONLY | O_NONBLOCK);
	assert_int_equal(b->sink->open(b->self), MG_OK);
	put_ok(b, 0, 1);
	put_ok(b, 1, 1);
	assert_int_equal(b->sink->reopen(b->self), MG_OK);
	assert_true(drain(reader, b->text, sizeof(b->text)) > 0);
	assert_ptr_equal(strstr(b->text, "seq,bus,"), b->text);
	assert_null(strstr(b->text + 1, "seq,bus,"));
	close(reader);
	assert_int_equal(put(b, 2, 1, &taken), MG_RETRY);
	assert_non_null(strstr(b->t.reason, "closed by its reader"));
	assert_int_equal(put(b, 2, 1, &taken), MG_RETRY);
	reader = open(b->path, O_RDONLY | O_NONBLOCK);
	put_ok(b, 2, 1);
	drain(reader, b->text, sizeof(b->text));
	assert_non_null(strstr(b->text, "\r\n3,"));
	close(reader);
	b->sink->close(b->self);
}

/* A half line is finished before anything else, and its reading is not sent twice. */
static void full_pipe_tears_no_line(void **state)
{
	struct bench *b = *state;
	size_t taken, done = 0, used = 0;
	assert_int_equal(mkfifo(b->path, 0600), 0);
	int reader = open(b->path, O_RDONLY | O_NONBLOCK);
	assert_int_equal(fcntl(reader, F_SETPIPE_SZ, 4096), 4096);
	assert_int_equal(start(b, "timeout=100ms", NULL, NULL), MG_OK);
	while (done < SAMPLES) {
		int result = put(b, done, SAMPLES - done, &taken);
		done += result == MG_OK ? SAMPLES - done : taken;
		assert_true(result == MG_OK || b->t.error == ETIMEDOUT);
		used += drain(reader, b->text + used, sizeof(b->text) - used);
	}
	b->sink->close(b->self);
	close(reader);
	assert_int_equal(unlink(b->path), 0);
	char *copy = strdup(b->text);
	fill(b, copy);
	free(copy);
	assert_int_equal(json_lines(b, "", 1), SAMPLES);
}

static void stopped_wait_ends_soon(void **state)
{
	struct bench *b = *state;
	size_t taken;
	assert_int_equal(mkfifo(b->path, 0600), 0);
	int reader = open(b->path, O_RDONLY | O_NONBLOCK);
	fcntl(reader, F_SETPIPE_SZ, 4096);
	assert_int_equal(start(b, "timeout=10m", NULL, NULL), MG_OK);
	b->sink->interrupt(b->self);
	assert_int_equal(put(b, 0, SAMPLES, &taken), MG_RETRY);
	assert_int_equal(b->t.error, ECANCELED);
	mg_testing_cancel(&b->t);
	assert_int_equal(put(b, taken, SAMPLES - taken, &taken), MG_RETRY);
	assert_int_equal(b->t.error, ECANCELED);
	b->sink->close(b->self);
	close(reader);
}

static void standard_output_gets_lines_until_it_is_closed(void **state)
{
	struct bench *b = *state;
	size_t taken;
	int ends[2], saved = dup(STDOUT_FILENO);
	assert_int_equal(pipe2(ends, O_NONBLOCK), 0);
	fflush(stdout);
	assert_int_equal(dup2(ends[1], STDOUT_FILENO), STDOUT_FILENO);
	close(ends[1]);
	strcpy(b->path, "-");
	int opened = start(b, NULL, NULL, NULL);
	dup2(saved, STDOUT_FILENO);
	close(saved);
	assert_int_equal(opened, MG_OK);
	put_ok(b, 0, 2);
	assert_int_equal(b->sink->reopen(b->self), MG_OK);
	drain(ends[0], b->text, sizeof(b->text));
	assert_non_null(strstr(b->text, "\"seq\":2,"));
	close(ends[0]);
	assert_int_equal(put(b, 2, 2, &taken), MG_REJECT);
	assert_string_equal(b->t.reason, "standard output was closed");
	b->sink->close(b->self);
}

static void full_device_is_named(void **state)
{
	struct bench *b = *state;
	size_t taken;
	strcpy(b->path, "/dev/full");
	assert_int_equal(start(b, NULL, NULL, NULL), MG_OK);
	assert_int_equal(put(b, 0, 1, &taken), MG_RETRY);
	assert_non_null(strstr(b->t.reason, "/dev/full: no space left"));
	b->sink->close(b->self);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		ROW(pipe_that_nobody_reads_is_waited_for),
		ROW(full_pipe_tears_no_line),
		ROW(stopped_wait_ends_soon),
		ROW(standard_output_gets_lines_until_it_is_closed),
		ROW(full_device_is_named),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
