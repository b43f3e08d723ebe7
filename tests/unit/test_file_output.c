/* SPDX-License-Identifier: MIT */
/* Opening, cutting and renaming of files of lines. */
#include <errno.h>
#include <limits.h>

#include "file_bench.h"
#include "hint.h"
#include "output.h"

static void fill_bytes(struct bench *b, char byte, size_t size, const char *front)
{
	FILE *file = fopen(b->path, "w");
	assert_non_null(file);
	fputs(front, file);
	for (size_t i = 0; i < size; i++) {
		fputc(byte, file);
	}
	fclose(file);
}

static void torn_line_longer_than_a_block_is_cut(void **state)
{
	struct bench *b = *state;
	struct output output;
	for (size_t size = 4090; size < 4103; size++) {
		fill_bytes(b, 'x', size, "{}\n{");
		assert_int_equal(output_open(&output, b->path, 0600, '{'), 0);
		assert_int_equal(output.cut, size + 1);
		assert_int_equal(output.size, 3);
		output_close(&output);
	}
}

static void file_of_one_torn_line_becomes_empty(void **state)
{
	struct bench *b = *state;
	struct output output;
	fill(b, "{\"a\":");
	assert_int_equal(output_open(&output, b->path, 0600, '{'), 0);
	assert_int_equal(output.size, 0);
	output_close(&output);
	assert_string_equal(content(b, ""), "");
}

static void zeros_after_a_power_cut_are_cut(void **state)
{
	struct bench *b = *state;
	struct output output;
	fill_bytes(b, '\0', 5000, "{}\n");
	assert_int_equal(output_open(&output, b->path, 0600, '{'), 0);
	assert_int_equal(output.cut, 5000);
	output_close(&output);
}

static void endless_line_is_not_of_our_making(void **state)
{
	struct bench *b = *state;
	struct output output;
	fill_bytes(b, 'x', 0, "");
	assert_int_equal(truncate(b->path, OUTPUT_TORN_LARGEST + 8192), 0);
	assert_int_equal(output_open(&output, b->path, 0600, '\0'), -EMEDIUMTYPE);
	assert_int_equal(output.fd, -1);
}

static void numbered_files_move_up_and_gaps_do_not_matter(void **state)
{
	struct bench *b = *state;
	char third[80];
	snprintf(third, sizeof(third), "%s.3", b->path);
	fill(b, "old\n");
	assert_int_equal(rename(b->path, third), 0);
	fill(b, "new\n");
	assert_int_equal(output_rotate(b->path, 4), 0);
	assert_string_equal(content(b, ".1"), "new\n");
	assert_string_equal(content(b, ".4"), "old\n");
	assert_string_equal(content(b, ".3"), "");
	assert_int_equal(output_rotate(b->path, 4), -ENOENT);
}

static void names_that_are_too_long_are_refused(void **state)
{
	(void)state;
	char *path = malloc(PATH_MAX + 2);
	memset(path, '/', PATH_MAX + 1);
	path[PATH_MAX + 1] = '\0';
	assert_int_equal(output_rotate(path, 2), -ENAMETOOLONG);
	assert_int_equal(output_sync_folder(path), -ENAMETOOLONG);
	free(path);
}

static void folder_of_a_path_is_found(void **state)
{
	struct bench *b = *state;
	assert_int_equal(output_folder("/a/b"), 2);
	assert_int_equal(output_folder("/a"), 1);
	assert_int_equal(output_folder("a"), 0);
	assert_int_equal(output_sync_folder(b->path), 0);
	assert_int_equal(output_sync_folder("a"), 0);
	assert_int_equal(output_sync_folder("/no/such/folder"), -ENOENT);
}

static void errors_without_a_remedy_have_no_hint(void **state)
{
	(void)state;
	assert_null(hint_find(EIO));
	assert_int_equal(hint_find(ENOSPC)->result, MG_RETRY);
	assert_int_equal(hint_find(EISDIR)->result, MG_REJECT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		ROW(torn_line_longer_than_a_block_is_cut),
		ROW(file_of_one_torn_line_becomes_empty),
		ROW(zeros_after_a_power_cut_are_cut),
		ROW(endless_line_is_not_of_our_making),
		ROW(numbered_files_move_up_and_gaps_do_not_matter),
		ROW(names_that_are_too_long_are_refused),
		ROW(folder_of_a_path_is_found),
		ROW(errors_without_a_remedy_have_no_hint),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
