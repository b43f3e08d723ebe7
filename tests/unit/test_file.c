/* SPDX-License-Identifier: MIT */
/* The file sink on a disk: whole lines only, whatever the disk does. */
#include "file_bench.h"

static void json_lines_are_appended(void **state)
{
	struct bench *b = *state;
	fill(b, "{\"seq\":0,}\n");
	assert_int_equal(start(b, NULL, NULL, NULL), MG_OK);
	put_ok(b, 0, SAMPLES);
	b->sink->close(b->self);
	assert_int_equal(json_lines(b, "", 0), SAMPLES + 1);
	assert_true(mg_testing_counter(&b->t, "bytes") > SAMPLES * 100);
}

static void csv_begins_with_one_header(void **state)
{
	struct bench *b = *state;
	assert_int_equal(start(b, "format=csv", NULL, NULL), MG_OK);
	assert_string_equal(content(b, ""), "");
	put_ok(b, 0, 1);
	put_ok(b, 1, 1);
	assert_int_equal(b->sink->reopen(b->self), MG_OK);
	put_ok(b, 2, 1);
	b->sink->close(b->self);
	const char *text = content(b, "");
	assert_ptr_equal(strstr(text, "seq,bus,"), text);
	assert_null(strstr(text + 1, "seq,bus,"));
	assert_non_null(
			strstr(text, "\r\n3,\"cellar\",\"heat-1\",\"energy\",12345003,\"Wh\"\r\n"));
}

static void mode_is_kept_whatever_the_umask(void **state)
{
	struct bench *b = *state;
	struct stat status;
	mode_t old = umask(0077);
	assert_int_equal(start(b, "mode=0664", NULL, NULL), MG_OK);
	umask(old);
	assert_int_equal(stat(b->path, &status), 0);
	assert_int_equal(status.st_mode & 07777, 0664);
	b->sink->close(b->self);
}

static void senseless_mode_is_rejected(void **state)
{
	struct bench *b = *state;
	static const char *const wrong[] = { "mode=rw", "mode=1777", "mode=", "mode=64x",
		"mode=0689" };
	for (size_t i = 0; i < 5; i++) {
		assert_int_equal(start(b, wrong[i], NULL, NULL), MG_REJECT);
		assert_non_null(strstr(b->t.reason, "octal"));
	}
}

static void torn_line_is_cut_off_and_said(void **state)
{
	struct bench *b = *state;
	fill(b, "{\"seq\":0,}\n{\"seq\":1,\"ga");
	assert_int_equal(start(b, NULL, NULL, NULL), MG_OK);
	assert_true(mg_testing_logged(&b->t, "cut off 12 bytes"));
	assert_int_equal(mg_testing_counter(&b->t, "truncated"), 1);
	put_ok(b, 0, 2);
	b->sink->close(b->self);
	assert_int_equal(json_lines(b, "", 0), 3);
}

static void foreign_file_is_left_alone(void **state)
{
	struct bench *b = *state;
	fill(b, "first line\nno line of ours");
	assert_int_equal(start(b, NULL, NULL, NULL), MG_REJECT);
	assert_non_null(strstr(b->t.reason, "left alone"));
	assert_string_equal(content(b, ""), "first line\nno line of ours");
}

static void full_disk_leaves_whole_lines_and_resumes(void **state)
{
	struct bench *b = *state;
	assert_int_equal(start(b, "fsync=batch", NULL, NULL), MG_OK);
	size_t taken, done = 0, rounds = 0;
	while (done < SAMPLES) {
		disk.write_error = ENOSPC;
		disk.room = 1000;
		int result = put(b, done, SAMPLES - done, &taken);
		done += result == MG_OK ? SAMPLES - done : taken;
		assert_int_equal(json_lines(b, "", 1), done);
		if (result != MG_OK) {
			assert_int_equal(result, MG_RETRY);
			assert_int_equal(taken, 3);
			assert_int_equal(b->t.error, ENOSPC);
			assert_non_null(strstr(b->t.reason, b->path));
			assert_non_null(strstr(b->t.reason, "no space left"));
		}
		assert_true(++rounds < SAMPLES);
	}
	b->sink->close(b->self);
	assert_true(mg_testing_counter(&b->t, "write_errors") > 5);
}

static void full_disk_at_the_first_csv_line_leaves_no_header(void **state)
{
	struct bench *b = *state;
	size_t taken;
	assert_int_equal(start(b, "format=csv", NULL, NULL), MG_OK);
	disk.write_error = EDQUOT;
	disk.room = 50;
	assert_int_equal(put(b, 0, 2, &taken), MG_RETRY);
	assert_int_equal(taken, 0);
	assert_string_equal(content(b, ""), "");
	disk.write_error = 0;
	put_ok(b, 0, 1);
	b->sink->close(b->self);
	assert_ptr_equal(strstr(content(b, ""), "seq,bus,"), b->text);
}

static void line_that_cannot_be_cut_is_cut_later(void **state)
{
	struct bench *b = *state;
	size_t taken;
	assert_int_equal(start(b, NULL, NULL, NULL), MG_OK);
	disk.write_error = ENOSPC;
	disk.room = 400;
	disk.cut_error = EIO;
	assert_int_equal(put(b, 0, 4, &taken), MG_RETRY);
	assert_int_equal(taken, 1);
	disk.write_error = 0;
	assert_int_equal(put(b, 1, 3, &taken), MG_RETRY);
	assert_int_equal(taken, 0);
	disk.cut_error = 0;
	put_ok(b, 1, 3);
	b->sink->close(b->self);
	assert_int_equal(json_lines(b, "", 1), 4);
}

static void rotation_keeps_whole_lines_and_so_many_files(void **state)
{
	struct bench *b = *state;
	assert_int_equal(start(b, "rotate_size=1000", "rotate_keep=3", "fsync=batch"), MG_OK);
	put_ok(b, 0, 7);
	put_ok(b, 7, 8);
	b->sink->close(b->self);
	assert_int_equal(json_lines(b, "", 13), 3);
	assert_int_equal(json_lines(b, ".1", 10), 3);
	assert_int_equal(json_lines(b, ".2", 7), 3);
	assert_int_equal(json_lines(b, ".3", 4), 3);
	assert_string_equal(content(b, ".4"), "");
	assert_int_equal(mg_testing_counter(&b->t, "rotations"), 4);
}

static void rotated_csv_files_have_headers(void **state)
{
	struct bench *b = *state;
	assert_int_equal(start(b, "rotate_size=200", "format=csv", "fsync=never"), MG_OK);
	put_ok(b, 0, 4);
	b->sink->close(b->self);
	assert_ptr_equal(strstr(content(b, ""), "seq,bus,"), b->text);
	assert_ptr_equal(strstr(content(b, ".1"), "seq,bus,"), b->text);
	assert_int_equal(disk.syncs, 0);
}

static void reading_larger_than_a_file_stands_alone(void **state)
{
	struct bench *b = *state;
	assert_int_equal(start(b, "rotate_size=10", NULL, NULL), MG_OK);
	put_ok(b, 0, 2);
	b->sink->close(b->self);
	assert_int_equal(json_lines(b, "", 2), 1);
	assert_int_equal(json_lines(b, ".1", 1), 1);
}

static void failed_rotation_lets_the_file_grow(void **state)
{
	struct bench *b = *state;
	char blocked[80];
	snprintf(blocked, sizeof(blocked), "%s.1", b->path);
	assert_int_equal(mkdir(blocked, 0700), 0);
	assert_int_equal(start(b, "rotate_size=600", "rotate_keep=1", NULL), MG_OK);
	put_ok(b, 0, 8);
	b->sink->close(b->self);
	assert_int_equal(json_lines(b, "", 1), 8);
	assert_true(mg_testing_logged(&b->t, "could not be rotated"));
	assert_in_range(mg_testing_counter(&b->t, "rotation_errors"), 1, 4);
}

static void failed_sync_takes_the_batch_back(void **state)
{
	struct bench *b = *state;
	size_t taken;
	assert_int_equal(start(b, "fsync=batch", NULL, NULL), MG_OK);
	put_ok(b, 0, 2);
	disk.sync_error = EIO;
	assert_int_equal(put(b, 2, 3, &taken), MG_RETRY);
	assert_int_equal(taken, 0);
	assert_int_equal(json_lines(b, "", 1), 2);
	disk.sync_error = 0;
	put_ok(b, 2, 3);
	b->sink->close(b->self);
	assert_int_equal(json_lines(b, "", 1), 5);
	assert_int_equal(mg_testing_counter(&b->t, "fsync_errors"), 1);
}

static void failed_sync_before_rotation_takes_back_as_well(void **state)
{
	struct bench *b = *state;
	size_t taken;
	assert_int_equal(start(b, "fsync=batch", "rotate_size=600", NULL), MG_OK);
	disk.sync_error = EIO;
	assert_int_equal(put(b, 0, 5, &taken), MG_RETRY);
	assert_int_equal(taken, 0);
	assert_string_equal(content(b, ""), "");
	b->sink->close(b->self);
}

static void interval_sync_comes_when_idle(void **state)
{
	struct bench *b = *state;
	int wake[2];
	assert_int_equal(pipe(wake), 0);
	assert_int_equal(start(b, "fsync_interval=100ms", NULL, NULL), MG_OK);
	put_ok(b, 0, 1);
	assert_int_equal(disk.syncs, 0);
	assert_int_equal(b->sink->idle(b->self, wake[0], 10000), MG_OK);
	assert_int_equal(disk.syncs, 1);
	put_ok(b, 1, 1);
	disk.sync_error = EIO;
	assert_int_equal(b->sink->idle(b->self, wake[0], 10000), MG_OK);
	assert_true(mg_testing_logged(&b->t, "may not have reached the disk"));
	b->sink->close(b->self);
	assert_int_equal(json_lines(b, "", 1), 2);
	close(wake[0]);
	close(wake[1]);
}

static void idle_returns_when_woken(void **state)
{
	struct bench *b = *state;
	int wake[2];
	assert_int_equal(pipe(wake), 0);
	assert_int_equal(write(wake[1], "x", 1), 1);
	assert_int_equal(start(b, NULL, NULL, NULL), MG_OK);
	assert_int_equal(b->sink->idle(b->self, wake[0], 60000), MG_OK);
	disk.sync_error = EIO;
	put_ok(b, 0, 1);
	b->sink->close(b->self);
	assert_true(mg_testing_logged(&b->t, "the last lines may not"));
	close(wake[0]);
	close(wake[1]);
}

static void moved_file_is_left_at_reopen(void **state)
{
	struct bench *b = *state;
	char moved[80];
	snprintf(moved, sizeof(moved), "%s.old", b->path);
	assert_int_equal(start(b, NULL, NULL, NULL), MG_OK);
	put_ok(b, 0, 2);
	assert_int_equal(rename(b->path, moved), 0);
	put_ok(b, 2, 1);
	assert_int_equal(b->sink->reopen(b->self), MG_OK);
	put_ok(b, 3, 1);
	b->sink->close(b->self);
	assert_int_equal(json_lines(b, ".old", 1), 3);
	assert_int_equal(json_lines(b, "", 4), 1);
}

static void deleted_file_is_begun_again(void **state)
{
	struct bench *b = *state;
	assert_int_equal(start(b, NULL, NULL, NULL), MG_OK);
	put_ok(b, 0, 1);
	assert_int_equal(unlink(b->path), 0);
	put_ok(b, 1, 1);
	b->sink->close(b->self);
	assert_true(mg_testing_logged(&b->t, "was deleted"));
	assert_int_equal(json_lines(b, "", 2), 1);
}

static void missing_folder_is_named_and_waited_for(void **state)
{
	struct bench *b = *state;
	char folder[64], named[96];
	snprintf(folder, sizeof(folder), "%s/not", b->folder);
	snprintf(named, sizeof(named), "the folder %s does not exist", folder);
	snprintf(b->path, sizeof(b->path), "%.32s/not/out", b->folder);
	assert_int_equal(start(b, NULL, NULL, NULL), MG_RETRY);
	assert_non_null(strstr(b->t.reason, named));
	assert_int_equal(mkdir(folder, 0700), 0);
	assert_int_equal(b->sink->open(b->self), MG_OK);
	put_ok(b, 0, 1);
	assert_int_equal(json_lines(b, "", 1), 1);
	b->sink->close(b->self);
}

static void folder_as_path_is_rejected(void **state)
{
	struct bench *b = *state;
	strcpy(b->path, b->folder);
	assert_int_equal(start(b, NULL, NULL, NULL), MG_REJECT);
	assert_non_null(strstr(b->t.reason, "is a folder"));
}

static void second_writer_waits(void **state)
{
	struct bench *b = *state;
	assert_int_equal(start(b, NULL, NULL, NULL), MG_OK);
	void *first = b->self;
	assert_int_equal(start(b, NULL, NULL, NULL), MG_RETRY);
	assert_non_null(strstr(b->t.reason, "another sink"));
	b->sink->close(first);
	assert_int_equal(b->sink->open(b->self), MG_OK);
	b->sink->close(b->self);
}

static void encoder_trouble_is_passed_on(void **state)
{
	struct bench *b = *state;
	size_t taken;
	assert_int_equal(start(b, NULL, NULL, NULL), MG_OK);
	b->t.encode_fails = true;
	assert_int_equal(put(b, 0, 2, &taken), MG_RETRY);
	assert_string_equal(b->t.reason, "memory is short");
	b->t.encode_fails = false;
	char *large = malloc(17u << 20);
	memset(large, 'x', (17u << 20) - 1);
	large[(17u << 20) - 1] = '\0';
	b->samples[1].reading.device = large;
	assert_int_equal(put(b, 0, 3, &taken), MG_REJECT);
	assert_int_equal(taken, 1);
	assert_non_null(strstr(b->t.reason, "larger than"));
	free(large);
	put_ok(b, 2, 1);
	b->sink->close(b->self);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		ROW(json_lines_are_appended),
		ROW(csv_begins_with_one_header),
		ROW(mode_is_kept_whatever_the_umask),
		ROW(senseless_mode_is_rejected),
		ROW(torn_line_is_cut_off_and_said),
		ROW(foreign_file_is_left_alone),
		ROW(full_disk_leaves_whole_lines_and_resumes),
		ROW(full_disk_at_the_first_csv_line_leaves_no_header),
		ROW(line_that_cannot_be_cut_is_cut_later),
		ROW(rotation_keeps_whole_lines_and_so_many_files),
		ROW(rotated_csv_files_have_headers),
		ROW(reading_larger_than_a_file_stands_alone),
		ROW(failed_rotation_lets_the_file_grow),
		ROW(failed_sync_takes_the_batch_back),
		ROW(failed_sync_before_rotation_takes_back_as_well),
		ROW(interval_sync_comes_when_idle),
		ROW(idle_returns_when_woken),
		ROW(moved_file_is_left_at_reopen),
		ROW(deleted_file_is_begun_again),
		ROW(missing_folder_is_named_and_waited_for),
		ROW(folder_as_path_is_rejected),
		ROW(second_writer_waits),
		ROW(encoder_trouble_is_passed_on),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
