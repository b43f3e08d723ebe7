/* SPDX-License-Identifier: MIT */
/* Checks that a capture file takes whole entries or none, and says what is missing. */
#include "capture_bench.h"

#include <errno.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <metergate/mbus.h>

#include "capture/capture_file.h"

#define HEAD_SIZE (sizeof(BENCH_HEAD) - 1)
#define CONTENT_SIZE 4096

static char folder[64], path[96], other[96];
static struct capture_file file;

static int fresh(void **state)
{
	(void)state;
	snprintf(folder, sizeof(folder), "/tmp/test_capture_file.XXXXXX");
	assert_non_null(mkdtemp(folder));
	snprintf(path, sizeof(path), "%s/bus.mgc", folder);
	snprintf(other, sizeof(other), "%s/bus.mgc.1", folder);
	return 0;
}

static int done(void **state)
{
	(void)state;
	capture_file_finish(&file);
	unlink(path);
	unlink(other);
	return rmdir(folder);
}

static int begin(void)
{
	return capture_file_init(&file, path, (const uint8_t *)BENCH_HEAD, HEAD_SIZE);
}

static bool add(const char *entry, size_t size, uint64_t payload, int64_t span)
{
	const struct capture_batch batch = { size, payload, span };
	return capture_file_write(&file, (const uint8_t *)entry, &batch);
}

static void expect(const char *name, const char *bytes, size_t size)
{
	char read_back[CONTENT_SIZE];
	FILE *in = fopen(name, "r");
	assert_non_null(in);
	assert_int_equal(fread(read_back, 1, sizeof(read_back), in), size);
	fclose(in);
	assert_memory_equal(read_back, bytes, size);
}

static void put_text(const char *text)
{
	FILE *out = fopen(path, "w");
	fputs(text, out);
	fclose(out);
}

static void a_new_file_gets_a_run(void **state)
{
	static const char whole[] = BENCH_HEAD BENCH_ACK;
	struct stat info;
	(void)state;
	assert_int_equal(begin(), 0);
	assert_true(add(BENCH_ACK, sizeof(BENCH_ACK) - 1, 1, 73700));
	expect(path, whole, sizeof(whole) - 1);
	assert_int_equal(stat(path, &info), 0);
	assert_int_equal(info.st_mode & 0137, 0);
}

static void a_capture_goes_on_with_another_run(void **state)
{
	static const char whole[] = BENCH_HEAD BENCH_ACK BENCH_HEAD;
	(void)state;
	begin();
	add(BENCH_ACK, sizeof(BENCH_ACK) - 1, 1, 73700);
	capture_file_finish(&file);
	assert_int_equal(begin(), 0);
	expect(path, whole, sizeof(whole) - 1);
}

static void other_files_are_left_alone(void **state)
{
	(void)state;
	put_text("notes of last year\n");
	assert_int_equal(begin(), -EEXIST);
	expect(path, "notes of last year\n", 19);
	unlink(path);
	assert_int_equal(mkfifo(path, 0600), 0);
	assert_int_equal(begin(), -EEXIST);
	unlink(path);
	snprintf(path, sizeof(path), "%s/none/bus.mgc", folder);
	assert_int_equal(begin(), -ENOENT);
}

static void a_file_has_one_writer(void **state)
{
	struct capture_file second;
	(void)state;
	assert_int_equal(begin(), 0);
	assert_int_equal(
			capture_file_init(&second, path, (const uint8_t *)BENCH_HEAD, HEAD_SIZE),
			-EBUSY);
	capture_file_finish(&second);
	expect(path, BENCH_HEAD, HEAD_SIZE);
}

static void limit_size(rlim_t size)
{
	struct rlimit limit;
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &limit), 0);
	limit.rlim_cur = size;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

/* A limit on the size of files stands in for a full disk. */
static void what_a_full_disk_refuses_is_said_in_the_file(void **state)
{
	/* 2 bytes missing, 147400 µs after the last entry. */
	static const uint8_t missing[] = { 0x06, 0xC8, 0xFF, 0x08, 0x08, 2, 0, 0, 0, 0, 0, 0,
		0 };
	uint8_t whole[HEAD_SIZE + sizeof(missing) + 2 + sizeof(BENCH_NOISE) - 1];
	(void)state;
	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(begin(), 0);
	limit_size(HEAD_SIZE + 3);
	assert_false(add(BENCH_ACK, sizeof(BENCH_ACK) - 1, 1, 73700));
	assert_int_equal(file.error, -EFBIG);
	assert_false(add(BENCH_ACK, sizeof(BENCH_ACK) - 1, 1, 73700));
	expect(path, BENCH_HEAD, HEAD_SIZE);
	limit_size(RLIM_INFINITY);
	assert_true(add(BENCH_NOISE, sizeof(BENCH_NOISE) - 1, 2, 10));
	memcpy(whole, BENCH_HEAD, HEAD_SIZE);
	memcpy(whole + HEAD_SIZE, missing, sizeof(missing));
	capture_format_put(
			whole + HEAD_SIZE + sizeof(missing), 2, mg_crc(missing, sizeof(missing)));
	memcpy(whole + HEAD_SIZE + sizeof(missing) + 2, BENCH_NOISE, sizeof(BENCH_NOISE) - 1);
	expect(path, (const char *)whole, sizeof(whole));
}

static void a_run_that_found_the_disk_full_begins_later(void **state)
{
	static const char whole[] = BENCH_HEAD BENCH_HEAD BENCH_ACK;
	(void)state;
	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(begin(), 0);
	limit_size(HEAD_SIZE + 3);
	capture_file_reopen(&file, (const uint8_t *)BENCH_HEAD, HEAD_SIZE);
	expect(path, BENCH_HEAD, HEAD_SIZE);
	limit_size(RLIM_INFINITY);
	assert_true(add(BENCH_ACK, sizeof(BENCH_ACK) - 1, 1, 73700));
	expect(path, whole, sizeof(whole) - 1);
}

static void a_rotated_file_is_left_for_a_new_one(void **state)
{
	static const char first[] = BENCH_HEAD BENCH_SENT;
	static const char second[] = BENCH_HEAD BENCH_ACK;
	(void)state;
	begin();
	add(BENCH_SENT, sizeof(BENCH_SENT) - 1, 5, 1500);
	assert_int_equal(rename(path, other), 0);
	capture_file_reopen(&file, (const uint8_t *)BENCH_HEAD, HEAD_SIZE);
	add(BENCH_ACK, sizeof(BENCH_ACK) - 1, 1, 73700);
	expect(other, first, sizeof(first) - 1);
	expect(path, second, sizeof(second) - 1);
}

static void a_file_that_was_not_rotated_goes_on(void **state)
{
	static const char whole[] = BENCH_HEAD BENCH_HEAD;
	(void)state;
	begin();
	capture_file_reopen(&file, (const uint8_t *)BENCH_HEAD, HEAD_SIZE);
	expect(path, whole, sizeof(whole) - 1);
	assert_int_equal(file.error, 0);
}

static void where_no_new_file_can_be_the_old_one_goes_on(void **state)
{
	static const char whole[] = BENCH_HEAD BENCH_HEAD BENCH_ACK;
	(void)state;
	begin();
	assert_int_equal(rename(path, other), 0);
	put_text("something else");
	capture_file_reopen(&file, (const uint8_t *)BENCH_HEAD, HEAD_SIZE);
	assert_int_equal(file.error, -EEXIST);
	add(BENCH_ACK, sizeof(BENCH_ACK) - 1, 1, 73700);
	expect(other, whole, sizeof(whole) - 1);
	expect(path, "something else", 14);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, fresh, done)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_new_file_gets_a_run),
		TEST(a_capture_goes_on_with_another_run),
		TEST(other_files_are_left_alone),
		TEST(a_file_has_one_writer),
		TEST(what_a_full_disk_refuses_is_said_in_the_file),
		TEST(a_run_that_found_the_disk_full_begins_later),
		TEST(a_rotated_file_is_left_for_a_new_one),
		TEST(a_file_that_was_not_rotated_goes_on),
		TEST(where_no_new_file_can_be_the_old_one_goes_on),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
