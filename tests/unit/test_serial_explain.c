/* SPDX-License-Identifier: MIT */
/* What users are told when a serial port cannot be had. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <errno.h>
#include <ftw.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <sys/stat.h>
#include <cmocka.h>

#include "explain.h"

static char root[] = "/tmp/test_explain_XXXXXX";
static char proc[64], by_id[64], port[64];
static struct explain_roots roots = { proc, by_id };

static void put_file(const char *path, const char *text)
{
	FILE *file = fopen(path, "w");
	assert_non_null(file);
	fputs(text, file);
	fclose(file);
}

/* A fake /proc in which process 4711 (minicom) holds the fake port. */
static int make_tree(void **state)
{
	char path[256];
	(void)state;
	if (mkdtemp(root) == NULL) {
		return -1;
	}
	snprintf(proc, sizeof(proc), "%s/proc", root);
	snprintf(by_id, sizeof(by_id), "%s/by-id", root);
	snprintf(port, sizeof(port), "%s/ttyUSB0", root);
	mkdir(proc, 0755);
	put_file(port, "");
	static const char *const folders[] = { "12", "12/fd", "4711", "4711/fd", "self" };
	for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]); i++) {
		snprintf(path, sizeof(path), "%s/%s", proc, folders[i]);
		mkdir(path, 0755);
	}
	snprintf(path, sizeof(path), "%s/12/fd/0", proc);
	assert_int_equal(symlink("/dev/null", path), 0);
	snprintf(path, sizeof(path), "%s/4711/fd/5", proc);
	assert_int_equal(symlink(port, path), 0);
	snprintf(path, sizeof(path), "%s/4711/comm", proc);
	put_file(path, "minicom\n");
	return 0;
}

static int remove_one(
		const char *path, const struct stat *about, int type, struct FTW *ftw)
{
	(void)about;
	(void)type;
	(void)ftw;
	return remove(path);
}

static int remove_tree(void **state)
{
	(void)state;
	return nftw(root, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

static void a_busy_port_names_its_holder(void **state)
{
	char text[EXPLAIN_SIZE];
	(void)state;
	explain_error(&roots, port, EBUSY, text);
	assert_string_equal(text, "is used by process 4711 (minicom); stop that first");
	explain_error(&roots, port, EWOULDBLOCK, text);
	assert_non_null(strstr(text, "4711"));
}

static void a_holder_that_cannot_be_seen_is_not_guessed(void **state)
{
	static const struct explain_roots nowhere = { "/nonexistent", "/nonexistent" };
	char text[EXPLAIN_SIZE];
	(void)state;
	explain_error(&nowhere, port, EBUSY, text);
	assert_non_null(strstr(text, "another program"));
	explain_error(&roots, "/dev/null/x", EBUSY, text);
	assert_non_null(strstr(text, "another program"));
}

static void denied_access_names_the_group_and_the_remedy(void **state)
{
	char text[EXPLAIN_SIZE];
	(void)state;
	chmod(port, 0660);
	if (chown(port, (uid_t)-1, 20) == 0) { /* dialout, on Debian */
		explain_error(&roots, port, EACCES, text);
		assert_non_null(strstr(text, "sudo usermod -aG "));
	}
	chmod(port, 0600);
	explain_error(&roots, port, EACCES, text);
	assert_non_null(strstr(text, "udev rule"));
}

static void a_missing_port_offers_others(void **state)
{
	char text[EXPLAIN_SIZE], path[256];
	(void)state;
	explain_error(&roots, "/dev/ttyUSB9", ENOENT, text);
	assert_non_null(strstr(text, "metergate ports"));
	mkdir(by_id, 0755);
	explain_error(&roots, "/dev/ttyUSB9", ENOENT, text);
	assert_non_null(strstr(text, "metergate ports"));
	snprintf(path, sizeof(path), "%s/usb-Adapter-if00", by_id);
	put_file(path, "");
	explain_error(&roots, "/dev/ttyUSB9", ENOENT, text);
	assert_non_null(strstr(text, "there is: usb-Adapter-if00"));
}

static void every_other_cause_has_its_words(void **state)
{
	static const struct {
		int error;
		const char *part;
	} causes[] = { { EPERM, "DeviceAllow" }, { ENOTTY, "no serial port" },
		{ ENXIO, "no hardware" }, { EIO, "unplugged" }, { EISDIR, "folder" },
		{ EMFILE, "Too many open files" } };
	(void)state;
	for (size_t i = 0; i < sizeof(causes) / sizeof(causes[0]); i++) {
		char text[EXPLAIN_SIZE];
		explain_error(&roots, port, causes[i].error, text);
		assert_non_null(strstr(text, causes[i].part));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_busy_port_names_its_holder),
		cmocka_unit_test(a_holder_that_cannot_be_seen_is_not_guessed),
		cmocka_unit_test(denied_access_names_the_group_and_the_remedy),
		cmocka_unit_test(a_missing_port_offers_others),
		cmocka_unit_test(every_other_cause_has_its_words),
	};
	return cmocka_run_group_tests(tests, make_tree, remove_tree);
}
