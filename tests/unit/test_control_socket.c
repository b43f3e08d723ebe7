/* SPDX-License-Identifier: MIT */
/* The file of the control socket: its rights, and who may replace it. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>
#include <fcntl.h>

#include <cmocka.h>

#include "gateway/control_socket.h"

struct bench {
	char folder[64], path[128], why[256];
	struct control_socket made, other;
};

static int set_up(void **state)
{
	struct bench *b = calloc(1, sizeof(*b));
	assert_non_null(b);
	strcpy(b->folder, "/tmp/metergate-socket-XXXXXX");
	assert_non_null(mkdtemp(b->folder));
	snprintf(b->path, sizeof(b->path), "%s/control.sock", b->folder);
	b->made.fd = b->other.fd = -1;
	*state = b;
	return 0;
}

static int tear_down(void **state)
{
	struct bench *b = *state;
	control_socket_finish(&b->made, b->path);
	control_socket_finish(&b->other, b->path);
	assert_int_equal(rmdir(b->folder), 0);
	free(b);
	return 0;
}

static int make(struct bench *b, struct control_socket *made)
{
	return control_socket_init(made, b->path, b->why, sizeof(b->why));
}

static bool can_connect(const char *path)
{
	int fd = control_socket_connect(path);
	if (fd >= 0) {
		close(fd);
	}
	return fd >= 0;
}

static void it_is_for_its_user_and_group(void **state)
{
	struct bench *b = *state;
	static const mode_t masks[] = { 0, 022, 077 };
	for (size_t i = 0; i < 3; i++) {
		struct stat status;
		mode_t before = umask(masks[i]);
		assert_int_equal(make(b, &b->made), 0);
		umask(before);
		assert_int_equal(stat(b->path, &status), 0);
		assert_int_equal(status.st_mode & 07777, 0660);
		assert_true(can_connect(b->path));
		control_socket_finish(&b->made, b->path);
		assert_int_equal(stat(b->path, &status), -1);
	}
}

static void its_folder_is_made(void **state)
{
	struct bench *b = *state;
	char folder[96];
	snprintf(folder, sizeof(folder), "%s/run", b->folder);
	snprintf(b->path, sizeof(b->path), "%s/control.sock", folder);
	assert_int_equal(make(b, &b->made), 0);
	assert_true(can_connect(b->path));
	control_socket_finish(&b->made, b->path);
	assert_int_equal(rmdir(folder), 0);
}

static void a_folder_that_cannot_be_made_is_said(void **state)
{
	struct bench *b = *state;
	snprintf(b->path, sizeof(b->path), "%s/none/run/control.sock", b->folder);
	assert_int_equal(make(b, &b->made), -ENOENT);
	assert_non_null(strstr(b->why, "the folder cannot be made: "));
	assert_int_equal(b->made.fd, -1);
}

static void what_a_dead_one_left_is_replaced(void **state)
{
	struct bench *b = *state;
	struct stat before, after;
	assert_int_equal(make(b, &b->made), 0);
	assert_int_equal(stat(b->path, &before), 0);
	close(b->made.fd); /* as the end of a process does */
	b->made.fd = -1;
	assert_int_equal(control_socket_connect(b->path), -ECONNREFUSED);
	assert_int_equal(make(b, &b->other), 0);
	assert_int_equal(stat(b->path, &after), 0);
	assert_true(can_connect(b->path));
}

static void one_that_is_served_is_left_alone(void **state)
{
	struct bench *b = *state;
	assert_int_equal(make(b, &b->made), 0);
	assert_int_equal(make(b, &b->other), -EADDRINUSE);
	assert_non_null(strstr(b->why, "another process listens on "));
	assert_true(can_connect(b->path));
}

static void what_is_no_socket_is_left_alone(void **state)
{
	struct bench *b = *state;
	int fd = open(b->path, O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
	assert_true(fd >= 0);
	close(fd);
	assert_int_equal(make(b, &b->made), -EEXIST);
	assert_non_null(strstr(b->why, "no socket"));
	assert_int_equal(unlink(b->path), 0);
}

static void a_path_that_is_too_long_is_said(void **state)
{
	struct bench *b = *state;
	memset(b->path + strlen(b->folder) + 1, 'x', 80);
	b->path[strlen(b->folder) + 81] = '\0';
	assert_int_equal(make(b, &b->made), -ENAMETOOLONG);
	assert_int_equal(control_socket_connect(b->path), -ENAMETOOLONG);
}

static void another_ones_file_is_not_removed(void **state)
{
	struct bench *b = *state;
	struct stat status;
	assert_int_equal(make(b, &b->made), 0);
	assert_int_equal(unlink(b->path), 0);
	assert_int_equal(make(b, &b->other), 0);
	control_socket_finish(&b->made, b->path);
	assert_int_equal(stat(b->path, &status), 0);
	assert_true(can_connect(b->path));
}

static void a_folder_that_somebody_locks_is_given_up(void **state)
{
	struct bench *b = *state;
	int folder = open(b->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	assert_int_equal(flock(folder, LOCK_EX), 0);
	assert_int_equal(make(b, &b->made), -EBUSY);
	assert_non_null(strstr(b->why, "keeps a lock on"));
	close(folder);
	assert_int_equal(make(b, &b->made), 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(it_is_for_its_user_and_group),
		TEST(its_folder_is_made),
		TEST(a_folder_that_cannot_be_made_is_said),
		TEST(what_a_dead_one_left_is_replaced),
		TEST(one_that_is_served_is_left_alone),
		TEST(what_is_no_socket_is_left_alone),
		TEST(a_path_that_is_too_long_is_said),
		TEST(another_ones_file_is_not_removed),
		TEST(a_folder_that_somebody_locks_is_given_up),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
