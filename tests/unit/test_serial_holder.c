/* SPDX-License-Identifier: MIT */
/* Who holds a device, by a made-up /proc and by the real one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <cmocka.h>

#include "holder.h"

static char root[64], device[80];
static struct stat about;

static void put(const char *name, const char *text)
{
	char path[256];
	snprintf(path, sizeof(path), "%s/%s", root, name);
	FILE *file = fopen(path, "w");
	assert_non_null(file);
	fputs(text, file);
	fclose(file);
}

static int make_root(void **state)
{
	(void)state;
	snprintf(root, sizeof(root), "/tmp/test_holder_XXXXXX");
	if (mkdtemp(root) == NULL) {
		return -1;
	}
	snprintf(device, sizeof(device), "%s/ttyUSB0", root);
	put("ttyUSB0", "");
	return stat(device, &about);
}

static int remove_one(
		const char *path, const struct stat *status, int type, struct FTW *ftw)
{
	(void)status;
	(void)type;
	(void)ftw;
	return remove(path);
}

static int remove_root(void **state)
{
	(void)state;
	return nftw(root, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

static void put_process(const char *pid, const char *command, const char *open_file)
{
	char name[128], path[256];
	snprintf(path, sizeof(path), "%s/%s", root, pid);
	mkdir(path, 0755);
	snprintf(path, sizeof(path), "%s/%s/fd", root, pid);
	mkdir(path, 0755);
	snprintf(path, sizeof(path), "%s/%s/fd/7", root, pid);
	assert_int_equal(symlink(open_file, path), 0);
	snprintf(name, sizeof(name), "%s/comm", pid);
	put(name, command);
}

static void finds_who_has_it_open(void **state)
{
	char command[32];
	(void)state;
	put_process("11", "bash\n", "/dev/null");
	put_process("4711", "minicom\n", device);
	assert_int_equal(holder_find(root, device), 4711);
	holder_command(root, 4711, command, sizeof(command));
	assert_string_equal(command, "minicom");
}

static void who_has_the_lock_comes_first(void **state)
{
	char locks[256];
	(void)state;
	put_process("4711", "minicom\n", device);
	snprintf(locks, sizeof(locks),
			"1: FLOCK  ADVISORY  WRITE 0 %02x:%02x:%lu 0 EOF\n"
			"2: FLOCK  ADVISORY  WRITE 5 %02x:%02x:%lu 0 EOF\n"
			"3: FLOCK  ADVISORY  WRITE 12 %02x:%02x:%lu 0 EOF\n",
			major(about.st_dev), minor(about.st_dev), (unsigned long)about.st_ino,
			major(about.st_dev), minor(about.st_dev), (unsigned long)about.st_ino + 1,
			major(about.st_dev), minor(about.st_dev), (unsigned long)about.st_ino);
	put("locks", locks);
	assert_int_equal(holder_find(root, device), 12);
}

static void nobody_is_nobody(void **state)
{
	char command[32] = "x";
	(void)state;
	put_process("11", "bash\n", "/dev/null");
	assert_int_equal(holder_find(root, device), 0);
	assert_int_equal(holder_find(root, "/nonexistent/tty"), 0);
	assert_int_equal(holder_find("/nonexistent", device), 0);
	holder_command(root, 99, command, sizeof(command));
	assert_string_equal(command, "");
}

static void reads_what_the_kernel_writes(void **state)
{
	char slave[64];
	(void)state;
	int master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
	assert_int_equal(grantpt(master) | unlockpt(master), 0);
	assert_int_equal(ptsname_r(master, slave, sizeof(slave)), 0);
	int fd = open(slave, O_RDWR | O_NOCTTY | O_CLOEXEC);
	assert_int_equal(flock(fd, LOCK_EX | LOCK_NB), 0);
	assert_int_equal(holder_find("/proc", slave), getpid());
	flock(fd, LOCK_UN);
	assert_int_equal(holder_find("/proc", slave), 0);
	close(fd);
	close(master);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(finds_who_has_it_open, make_root, remove_root),
		cmocka_unit_test_setup_teardown(
				who_has_the_lock_comes_first, make_root, remove_root),
		cmocka_unit_test_setup_teardown(nobody_is_nobody, make_root, remove_root),
		cmocka_unit_test_setup_teardown(
				reads_what_the_kernel_writes, make_root, remove_root),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
