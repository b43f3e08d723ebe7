/* SPDX-License-Identifier: MIT */
/* A port has one owner, who can be named while it lives. */
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "gateway/owner.h"

struct bench {
	char root[64];
	struct owner_folders folders;
	struct owner_holder holder;
};

static int remove_one(
		const char *path, const struct stat *status, int flag, struct FTW *ftw)
{
	(void)status;
	(void)flag;
	(void)ftw;
	return remove(path);
}

static int set_up(void **state)
{
	struct bench *b = calloc(1, sizeof(*b));
	assert_non_null(b);
	strcpy(b->root, "/tmp/metergate-owner-XXXXXX");
	assert_non_null(mkdtemp(b->root));
	b->folders.count = 2;
	snprintf(b->folders.path[0], PATH_MAX, "%s/first", b->root);
	snprintf(b->folders.path[1], PATH_MAX, "%s/second", b->root);
	*state = b;
	return 0;
}

static int tear_down(void **state)
{
	struct bench *b = *state;
	nftw(b->root, remove_one, 8, FTW_DEPTH | FTW_PHYS);
	free(b);
	return 0;
}

static int claim(struct bench *b, const char *port)
{
	return owner_claim(
			&b->folders, port, "cellar-pi", "roof", "/run/my gateway/c.sock", &b->holder);
}

static void a_free_port_has_no_owner(void **state)
{
	struct bench *b = *state;
	assert_false(owner_query(&b->folders, "/dev/ttyUSB0", &b->holder));
	owner_release(-1);
}

static void an_owner_is_named_until_it_lets_go(void **state)
{
	struct bench *b = *state;
	int fd = claim(b, "/dev/ttyUSB0");
	assert_true(fd >= 0);
	assert_true((fcntl(fd, F_GETFD) & FD_CLOEXEC) != 0);
	assert_true(owner_query(&b->folders, "/dev/ttyUSB0", &b->holder));
	assert_int_equal(b->holder.pid, getpid());
	assert_string_equal(b->holder.gateway, "cellar-pi");
	assert_string_equal(b->holder.bus, "roof");
	assert_string_equal(b->holder.control, "/run/my gateway/c.sock");
	assert_false(owner_query(&b->folders, "/dev/ttyUSB1", &b->holder));
	owner_release(fd);
	assert_false(owner_query(&b->folders, "/dev/ttyUSB0", &b->holder));
	fd = claim(b, "/dev/ttyUSB0");
	assert_true(fd >= 0);
	owner_release(fd);
}

static void a_second_claim_is_busy(void **state)
{
	struct bench *b = *state;
	int fd = claim(b, "host.example:10001");
	assert_true(fd >= 0);
	b->holder.pid = 1;
	assert_int_equal(claim(b, "host.example:10001"), -EBUSY);
	assert_int_equal(b->holder.pid, getpid());
	int other = claim(b, "host.example:10002");
	assert_true(other >= 0);
	owner_release(other);
	owner_release(fd);
}

static void an_owner_may_have_no_control_socket(void **state)
{
	struct bench *b = *state;
	int fd =
			owner_claim(&b->folders, "/dev/ttyUSB0", "cellar-pi", "roof", "", &b->holder);
	assert_true(fd >= 0);
	strcpy(b->holder.control, "x");
	assert_true(owner_query(&b->folders, "/dev/ttyUSB0", &b->holder));
	assert_string_equal(b->holder.bus, "roof");
	assert_string_equal(b->holder.control, "");
	owner_release(fd);
}

static void a_dead_owner_owns_nothing(void **state)
{
	struct bench *b = *state;
	int ready[2];
	char byte;
	assert_int_equal(pipe(ready), 0);
	pid_t child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		int fd = claim(b, "/dev/ttyUSB0");
		if (write(ready[1], fd >= 0 ? "+" : "-", 1) == 1) {
			pause();
		}
		_exit(0);
	}
	assert_int_equal(read(ready[0], &byte, 1), 1);
	assert_int_equal(byte, '+');
	assert_true(owner_query(&b->folders, "/dev/ttyUSB0", &b->holder));
	assert_int_equal(b->holder.pid, child);
	assert_int_equal(claim(b, "/dev/ttyUSB0"), -EBUSY);
	assert_int_equal(kill(child, SIGKILL), 0);
	assert_int_equal(waitpid(child, NULL, 0), child);
	assert_false(owner_query(&b->folders, "/dev/ttyUSB0", &b->holder));
	int fd = claim(b, "/dev/ttyUSB0");
	assert_true(fd >= 0);
	owner_release(fd);
	close(ready[0]);
	close(ready[1]);
}

static void the_next_folder_is_taken_when_one_fails(void **state)
{
	struct bench *b = *state;
	/* A file where the folder should be. */
	int blocker = open(b->folders.path[0], O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
	assert_true(blocker >= 0);
	close(blocker);
	int fd = claim(b, "/dev/ttyUSB0");
	assert_true(fd >= 0);
	assert_true(owner_query(&b->folders, "/dev/ttyUSB0", &b->holder));
	owner_release(fd);
}

static void without_any_folder_nobody_is_told(void **state)
{
	struct bench *b = *state;
	snprintf(b->folders.path[0], PATH_MAX, "%s/none/first", b->root);
	snprintf(b->folders.path[1], PATH_MAX, "/proc/metergate");
	assert_true(claim(b, "/dev/ttyUSB0") < 0);
	assert_false(owner_query(&b->folders, "/dev/ttyUSB0", &b->holder));
	b->folders.count = 0;
	assert_int_equal(claim(b, "/dev/ttyUSB0"), -ENOENT);
}

static void long_folders_are_refused(void **state)
{
	struct bench *b = *state;
	b->folders.count = 1;
	size_t used = strlen(b->root);
	memcpy(b->folders.path[0], b->root, used);
	/* Folders of one letter below each other would be valid; slashes alone are short. */
	memset(b->folders.path[0] + used, '/', PATH_MAX - used - 8);
	b->folders.path[0][PATH_MAX - 8] = '\0';
	assert_int_equal(claim(b, "/dev/ttyUSB0"), -ENAMETOOLONG);
}

static void a_damaged_file_still_says_held(void **state)
{
	struct bench *b = *state;
	int fd = claim(b, "/dev/ttyUSB0");
	assert_true(fd >= 0);
	assert_int_equal(ftruncate(fd, 0), 0);
	assert_true(owner_query(&b->folders, "/dev/ttyUSB0", &b->holder));
	assert_int_equal(b->holder.pid, 0);
	owner_release(fd);
}

static void long_and_odd_ports_have_own_files(void **state)
{
	struct bench *b = *state;
	char one[512];
	char two[512];
	memset(one, 'p', sizeof(one) - 1);
	one[sizeof(one) - 1] = '\0';
	memcpy(two, one, sizeof(two));
	two[0] = 'q';
	int first = claim(b, one);
	int second = claim(b, two);
	int third = claim(b, "a b\t/%c\nd");
	assert_true(first >= 0 && second >= 0 && third >= 0);
	owner_release(first);
	owner_release(second);
	owner_release(third);
}

static void folders_are_the_same_for_all(void **state)
{
	(void)state;
	struct owner_folders *folders = calloc(2, sizeof(*folders));
	assert_non_null(folders);
	setenv("XDG_RUNTIME_DIR", "/run/user/7", 1);
	owner_folders_init(&folders[0], "/state");
	assert_int_equal(folders[0].count, 5);
	assert_string_equal(folders[0].path[0], "/run/metergate");
	assert_string_equal(folders[0].path[1], "/run/user/7/metergate");
	assert_string_equal(folders[0].path[2], "/var/lib/metergate");
	assert_string_equal(folders[0].path[4], "/state");
	unsetenv("XDG_RUNTIME_DIR");
	owner_folders_init(&folders[1], NULL);
	assert_int_equal(folders[1].count, 3);
	assert_string_equal(folders[1].path[1], folders[0].path[2]);
	assert_string_equal(folders[1].path[2], folders[0].path[3]);
	free(folders);
}

static void an_owner_is_described_by_what_it_is(void **state)
{
	(void)state;
	static const struct {
		struct owner_holder holder;
		const char *text;
	} rows[] = {
		{ { .pid = 41, .gateway = "cellar-pi", .bus = "wire" },
				"/dev/ttyS1 is served by gateway \"cellar-pi\" as bus \"wire\" (process "
				"41)" },
		{ { .pid = 42, .gateway = "metergate", .bus = "ttyS1" },
				"/dev/ttyS1 is in use by another metergate process, 42" },
		{ { .pid = 43, .gateway = "metergate", .bus = "wire", .control = "/run/c.sock" },
				"/dev/ttyS1 is served by gateway \"metergate\" as bus \"wire\" (process "
				"43)" },
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char text[OWNER_TEXT_SIZE];
		owner_text(&rows[i].holder, "/dev/ttyS1", text, sizeof(text));
		assert_string_equal(text, rows[i].text);
		assert_int_equal(owner_is_command(&rows[i].holder), i == 1);
	}
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_free_port_has_no_owner),
		TEST(an_owner_is_named_until_it_lets_go),
		TEST(an_owner_may_have_no_control_socket),
		TEST(a_second_claim_is_busy),
		TEST(a_dead_owner_owns_nothing),
		TEST(the_next_folder_is_taken_when_one_fails),
		TEST(without_any_folder_nobody_is_told),
		TEST(long_folders_are_refused),
		TEST(a_damaged_file_still_says_held),
		TEST(long_and_odd_ports_have_own_files),
		TEST(folders_are_the_same_for_all),
		cmocka_unit_test(an_owner_is_described_by_what_it_is),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
