/* SPDX-License-Identifier: MIT */
/* "metergate ports" on a made-up machine. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <cmocka.h>

#include "cli/ports.h"

static char root[PATH_MAX];
static char dev[PATH_MAX], sys[PATH_MAX], proc[PATH_MAX];
static const struct ports_roots roots = { dev, sys, proc };

static void put(const char *path, const char *text)
{
	char whole[2 * PATH_MAX];
	snprintf(whole, sizeof(whole), "%s/%s", root, path);
	for (char *at = strchr(whole + 1, '/'); at != NULL; at = strchr(at + 1, '/')) {
		*at = '\0';
		mkdir(whole, 0755);
		*at = '/';
	}
	if (text == NULL) {
		mkdir(whole, 0755);
		return;
	}
	FILE *file = fopen(whole, "w");
	assert_non_null(file);
	fputs(text, file);
	fclose(file);
}

static void put_link(const char *path, const char *target)
{
	char whole[2 * PATH_MAX];
	put(path, "");
	snprintf(whole, sizeof(whole), "%s/%s", root, path);
	unlink(whole);
	assert_int_equal(symlink(target, whole), 0);
}

static int make_root(void **state)
{
	(void)state;
	snprintf(root, sizeof(root), "/tmp/test_ports_XXXXXX");
	if (mkdtemp(root) == NULL) {
		return -1;
	}
	snprintf(dev, sizeof(dev), "%.4000s/dev", root);
	snprintf(sys, sizeof(sys), "%.4000s/sys", root);
	snprintf(proc, sizeof(proc), "%.4000s/proc", root);
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

static int remove_root(void **state)
{
	(void)state;
	return nftw(root, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

/* A USB adapter that minicom holds, one that nobody holds, the UART of a board, a UART of
 * a PC and one that is only a name; consoles have no device. */
static void make_machine(void)
{
	char held[2 * PATH_MAX];
	put("dev/ttyUSB0", "");
	put("dev/ttyUSB10", "");
	put("dev/ttyAMA0", "");
	put("dev/ttyS0", "");
	put("dev/ttyS1", "");
	put("dev/tty1", "");
	put_link("dev/serial/by-id/usb-FTDI_M-Bus-if00", "../../ttyUSB0");
	put_link("sys/class/tty/ttyUSB0/device", "../../../devices/ttyUSB0");
	put_link("sys/devices/ttyUSB0/driver", "../../bus/drivers/ftdi_sio");
	put_link("sys/class/tty/ttyUSB10/device", "../../../devices/ttyUSB10");
	put_link("sys/devices/ttyUSB10/driver", "../../bus/drivers/cp210x");
	put_link("sys/class/tty/ttyAMA0/device", "../../../devices/uart/ctrl/port");
	put_link("sys/devices/uart/ctrl/port/driver", "../../bus/drivers/port");
	put_link("sys/devices/uart/driver", "../../bus/drivers/uart-pl011");
	put_link("sys/class/tty/ttyS0/device", "../../../devices/serial8250");
	put("sys/class/tty/ttyS0/type", "4\n");
	put_link("sys/class/tty/ttyS1/device", "../../../devices/serial8250");
	put("sys/class/tty/ttyS1/type", "0\n");
	put_link("sys/devices/serial8250/driver", "../../bus/drivers/serial8250");
	put("sys/class/tty/tty1/active", "");
	put_link("sys/class/tty/ttyUSB5/device", "../../../devices/ttyUSB0"); /* no node */
	put("proc/4711/comm", "minicom\n");
	snprintf(held, sizeof(held), "%s/ttyUSB0", dev);
	put_link("proc/4711/fd/3", held);
	put_link("proc/4711/fd/4", "/dev/null");
	put("proc/self/fd/x", "");
}

static void lists_what_has_hardware(void **state)
{
	struct ports_list list;
	(void)state;
	make_machine();
	assert_true(ports_list_init(&list, &roots));
	assert_int_equal(list.count, 4);
	assert_string_equal(list.entries[0].name, "ttyAMA0");
	assert_string_equal(list.entries[0].driver, "uart-pl011");
	assert_string_equal(list.entries[1].name, "ttyS0");
	assert_string_equal(list.entries[1].stable, "");
	assert_string_equal(list.entries[2].name, "ttyUSB0");
	assert_string_equal(list.entries[2].driver, "ftdi_sio");
	assert_non_null(
			strstr(list.entries[2].stable, "/dev/serial/by-id/usb-FTDI_M-Bus-if00"));
	assert_int_equal(list.entries[2].holder, 4711);
	assert_string_equal(list.entries[2].command, "minicom");
	assert_true(list.entries[2].access);
	assert_string_equal(list.entries[3].name, "ttyUSB10");
	assert_int_equal(list.entries[3].holder, 0);
	ports_list_finish(&list);
}

static void says_who_may_open_it(void **state)
{
	char path[2 * PATH_MAX];
	struct ports_list list;
	(void)state;
	put("dev/ttyUSB0", "");
	put_link("sys/class/tty/ttyUSB0/device", "../../../devices/ttyUSB0");
	put_link("sys/devices/ttyUSB0/driver", "../../bus/drivers/ftdi_sio");
	snprintf(path, sizeof(path), "%s/ttyUSB0", dev);
	chmod(path, 0660);
	assert_int_equal(ports_list_init(&list, &roots), true);
	assert_int_equal(list.count, 1);
	assert_true(list.entries[0].group_may);
	assert_true(strlen(list.entries[0].group) > 0);
	ports_list_finish(&list);
	chmod(path, 0600);
	ports_list_init(&list, &roots);
	assert_false(list.entries[0].group_may);
	ports_list_finish(&list);
}

static void the_lock_of_a_port_names_its_holder(void **state)
{
	char path[2 * PATH_MAX], locks[256];
	struct stat about;
	struct ports_list list;
	(void)state;
	make_machine();
	snprintf(path, sizeof(path), "%s/ttyUSB0", dev);
	assert_int_equal(stat(path, &about), 0);
	snprintf(locks, sizeof(locks),
			"1: POSIX  ADVISORY  WRITE 9 00:06:1 0 EOF\n"
			"2: FLOCK  ADVISORY  WRITE 10 00:00:1 0 EOF\n"
			"3: FLOCK  ADVISORY  WRITE 12 %02x:%02x:%lu 0 EOF\n",
			major(about.st_dev), minor(about.st_dev), (unsigned long)about.st_ino);
	put("proc/locks", locks);
	put("proc/12/comm", "metergate\n");
	assert_true(ports_list_init(&list, &roots));
	assert_int_equal(list.entries[2].holder, 12);
	assert_string_equal(list.entries[2].command, "metergate");
	assert_int_equal(list.entries[3].holder, 0);
	ports_list_finish(&list);
}

/* What ports_show() writes, results and messages. */
static void show(bool json, char **out, char **err)
{
	size_t out_size, err_size;
	struct cli cli = { .json = json };
	cli.out = open_memstream(out, &out_size);
	cli.err = open_memstream(err, &err_size);
	assert_int_equal(ports_show(&cli, &roots), CLI_OK);
	fclose(cli.out);
	fclose(cli.err);
}

static void prints_a_table_for_people(void **state)
{
	char *out, *err;
	(void)state;
	make_machine();
	show(false, &out, &err);
	assert_int_equal(strncmp(out, "DEVICE ", 7), 0);
	assert_non_null(strstr(out, "4711 (minicom)"));
	assert_non_null(strstr(out, "by-id/usb-FTDI_M-Bus-if00\n"));
	assert_null(strstr(out, "ttyS1"));
	free(out);
	free(err);
}

static void prints_json_lines_for_programs(void **state)
{
	char *out, *err;
	(void)state;
	make_machine();
	show(true, &out, &err);
	const char *line = strstr(out, "/dev/ttyUSB0\",");
	assert_non_null(line);
	assert_non_null(strstr(line, "\"driver\":\"ftdi_sio\""));
	assert_non_null(strstr(line, "\"holder\":{\"pid\":4711,\"command\":\"minicom\"}}\n"));
	line = strstr(out, "/dev/ttyUSB10\",");
	assert_non_null(line);
	assert_non_null(strstr(line, "\"stable\":null"));
	assert_non_null(strstr(line, "\"access\":true,\"holder\":null}\n"));
	free(out);
	free(err);
}

static void a_port_that_may_not_be_opened_comes_with_the_remedy(void **state)
{
	char path[2 * PATH_MAX];
	char *out, *err;
	(void)state;
	put("dev/ttyUSB0", "");
	put_link("sys/class/tty/ttyUSB0/device", "../../../devices/ttyUSB0");
	put_link("sys/devices/ttyUSB0/driver", "../../bus/drivers/ftdi_sio");
	snprintf(path, sizeof(path), "%s/ttyUSB0", dev);
	chmod(root, 0755);
	if (geteuid() == 0) { /* a group that root is no member of */
		assert_int_equal(chown(path, 0, 20), 0);
	}
	static const mode_t modes[] = { 0060, 0000 };
	static const char *const remedies[] = { "usermod -aG", "udev rule" };
	for (size_t i = 0; i < 2; i++) {
		/* the owner is refused by these modes, unless that is root */
		bool root_runs = geteuid() == 0;
		chmod(path, modes[i]);
		assert_int_equal(root_runs ? seteuid(65534) : 0, 0);
		show(false, &out, &err);
		assert_int_equal(root_runs ? seteuid(0) : 0, 0);
		assert_non_null(strstr(out, "no, group "));
		assert_non_null(strstr(err, remedies[i]));
		free(out);
		free(err);
	}
}

static void without_a_port_says_what_to_check(void **state)
{
	char *out, *err;
	(void)state;
	show(true, &out, &err);
	assert_string_equal(out, "");
	assert_non_null(strstr(err, "There is no serial port. Is the adapter plugged in"));
	free(out);
	free(err);
}

static void takes_no_operand(void **state)
{
	char *words[] = { (char[]){ "ttyUSB0" } };
	struct cli_args args = { .verb = &verb_ports, .operands = words, .operand_count = 1 };
	struct cli cli = { .json = true };
	char *err;
	size_t size;
	(void)state;
	cli.out = cli.err = open_memstream(&err, &size);
	assert_int_equal(verb_ports.run(&cli, &args), CLI_USAGE);
	args.operand_count = 0;
	assert_int_equal(verb_ports.run(&cli, &args), CLI_OK);
	fclose(cli.err);
	assert_non_null(strstr(err, "\"ttyUSB0\" is too much"));
	free(err);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(lists_what_has_hardware, make_root, remove_root),
		cmocka_unit_test_setup_teardown(
				the_lock_of_a_port_names_its_holder, make_root, remove_root),
		cmocka_unit_test_setup_teardown(says_who_may_open_it, make_root, remove_root),
		cmocka_unit_test_setup_teardown(
				prints_a_table_for_people, make_root, remove_root),
		cmocka_unit_test_setup_teardown(
				prints_json_lines_for_programs, make_root, remove_root),
		cmocka_unit_test_setup_teardown(
				a_port_that_may_not_be_opened_comes_with_the_remedy, make_root,
				remove_root),
		cmocka_unit_test_setup_teardown(
				without_a_port_says_what_to_check, make_root, remove_root),
		cmocka_unit_test(takes_no_operand),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
