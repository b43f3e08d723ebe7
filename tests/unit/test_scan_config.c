/* SPDX-License-Identifier: MIT */
/* Sections [device] of what a scan has found, and the file that they go to. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "cli/scan_config.h"

static struct scan_line at(int address, uint32_t id)
{
	struct scan_line found = { .address = address, .baud = 2400, .version = 16 };
	strcpy(found.state, "confirmed");
	if (id != 0) {
		found.has_identity = true;
		found.identity = (struct mg_identity){ id, 0x2C2D, 0x10, 0x04 };
		mg_identity_text(&found.identity, found.secondary);
		strcpy(found.manufacturer, "KAM");
		strcpy(found.maker, "Kamstrup A/S");
		strcpy(found.medium, "heat");
	}
	return found;
}

static char *written(
		struct scan_config *config, const struct scan_line *found, size_t count)
{
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);
	assert_non_null(out);
	assert_true(scan_config_write(config, out, found, count));
	fclose(out);
	return text;
}

static void a_meter_is_addressed_by_its_own_address(void **state)
{
	(void)state;
	struct scan_config config = { .bus = "cellar", .baud = 2400 };
	const struct scan_line found[] = { at(5, 0x12345678), at(7, 0) };
	char *text = written(&config, found, 2);
	assert_string_equal(text, "\n[device cellar/heat-12345678]\n"
							  "; Kamstrup A/S, 12345678.KAM.10.04, heat\n"
							  "address = 5\n"
							  "\n[device cellar/meter-7]\n"
							  "address = 7\n");
	assert_int_equal(config.written, 2);
	free(text);
	scan_config_finish(&config);
}

static void others_are_addressed_by_their_identity(void **state)
{
	(void)state;
	struct scan_config config = { .bus = "cellar", .baud = 9600 };
	struct scan_line found[] = { at(0, 0x00000001), at(5, 0x00000002), at(5, 0x00000003),
		at(-1, 0x00000004), at(9, 0), at(0, 0) };
	strcpy(found[4].state, "collision");
	strcpy(found[3].note, "late\n[bus x]");
	char *text = written(&config, found, 6);
	assert_non_null(strstr(text, "address = 00000001.KAM.10.04\nbaud = 2400\n"));
	assert_non_null(strstr(text, "address = 00000002.KAM.10.04\n"));
	assert_non_null(strstr(text, "address = 00000003.KAM.10.04\n"));
	assert_non_null(strstr(text, "; late [bus x]\naddress = 00000004.KAM.10.04\n"));
	assert_int_equal(config.written, 4);
	assert_int_equal(config.left_out, 2);
	free(text);
	scan_config_finish(&config);
}

/* Nobody knows which of them the device with that address is. */
static void who_shares_a_configured_address_is_written(void **state)
{
	(void)state;
	char path[] = "/tmp/metergate-scan-XXXXXX";
	static const char before[] = "[bus cellar]\ntransport = serial\n"
								 "[device cellar/a]\naddress = 1\n"
								 "[device cellar/b]\naddress = 00000002\n";
	struct scan_config config = { .bus = "cellar" };
	struct scan_line found[] = { at(1, 0x00000001), at(1, 0x00000002),
		at(1, 0x00000003) };
	int fd = mkstemp(path);
	assert_int_equal(write(fd, before, strlen(before)), strlen(before));
	close(fd);
	strcpy(found[0].device, "a");
	strcpy(found[2].device, "a");
	assert_true(scan_config_load(&config, path));
	char *added = written(&config, found, 3);
	assert_non_null(strstr(added, "address = 00000001.KAM.10.04\n"));
	assert_null(strstr(added, "00000002"));
	assert_non_null(strstr(added, "address = 00000003.KAM.10.04\n"));
	free(added);
	unlink(path);
	scan_config_finish(&config);
}

/* It cannot be there any more, or shares it. */
static void a_last_address_at_which_another_is_heard_says_nothing(void **state)
{
	(void)state;
	char path[] = "/tmp/metergate-scan-XXXXXX";
	static const char before[] = "[bus cellar]\ntransport = serial\n"
								 "[device cellar/a]\naddress = 5\n";
	struct scan_config config = { .bus = "cellar" };
	struct scan_line found[] = { at(-1, 0x00000001), at(5, 0x00000002) };
	int fd = mkstemp(path);
	assert_int_equal(write(fd, before, strlen(before)), strlen(before));
	close(fd);
	found[0].last_address = 5;
	assert_true(scan_config_load(&config, path));
	char *added = written(&config, found, 1);
	assert_string_equal(added, "");
	free(added);
	added = written(&config, found, 2);
	assert_non_null(strstr(added, "address = 00000001.KAM.10.04\n"));
	assert_non_null(strstr(added, "address = 00000002.KAM.10.04\n"));
	free(added);
	unlink(path);
	scan_config_finish(&config);
}

static void names_are_unique_and_valid(void **state)
{
	(void)state;
	struct scan_config config = { .bus = "cellar", .baud = 2400 };
	struct scan_line found[] = { at(5, 0x12345678), at(6, 0x12345678),
		at(7, 0x12345678) };
	found[1].identity.version = 0x11;
	found[2].identity.version = 0x12;
	strcpy(found[2].medium, "a very long medium (with brackets)");
	char *text = written(&config, found, 3);
	assert_non_null(strstr(text, "[device cellar/heat-12345678]\n"));
	assert_non_null(strstr(text, "[device cellar/heat-12345678-2]\n"));
	assert_non_null(strstr(text, "[device cellar/a-very-long-medium-12345678]\n"));
	for (size_t i = 0; i < config.count; i++) {
		const char *name = config.devices[i].name;
		assert_true(config_name_valid(name, strlen(name)));
	}
	free(text);
	scan_config_finish(&config);
}

static void what_is_configured_is_not_written_again(void **state)
{
	(void)state;
	char path[] = "/tmp/metergate-scan-XXXXXX";
	static const char before[] = "[bus cellar]\ntransport = serial\nbaud = 9600\n"
								 "[device cellar/heat-00000003]\naddress = 5\n"
								 "[device cellar/b]\naddress = 00000002\n"
								 "[device cellar/d]\naddress = 4\n"
								 "[device roof/c]\naddress = 6";
	struct scan_config config = { .bus = "cellar" };
	struct scan_line found[] = { at(5, 0x00000001), at(9, 0x00000002), at(6, 0x00000003),
		at(8, 0x00000004), at(-1, 0x00000005) };
	struct stat status;
	char text[1024];
	int fd = mkstemp(path);
	assert_int_equal(write(fd, before, strlen(before)), strlen(before));
	close(fd);
	chmod(path, 0604);
	strcpy(found[3].device, "known-to-the-gateway");
	found[4].last_address = 4;
	assert_true(scan_config_load(&config, path));
	assert_int_equal(config.count, 3);
	assert_int_equal(config.baud, 9600);
	char *added = written(&config, found, 5);
	assert_string_equal(added, "\n[device cellar/heat-00000003-2]\n"
							   "; Kamstrup A/S, 00000003.KAM.10.04, heat\n"
							   "address = 6\n"
							   "baud = 2400\n");
	assert_int_equal(scan_config_append(path, added, strlen(added)), 0);
	FILE *file = fopen(path, "r");
	text[fread(text, 1, sizeof(text) - 1, file)] = '\0';
	fclose(file);
	assert_memory_equal(text, before, strlen(before));
	assert_int_equal(text[strlen(before)], '\n');
	assert_string_equal(text + strlen(before) + 1, added);
	assert_int_equal(stat(path, &status), 0);
	assert_int_equal(status.st_mode & 07777, 0604);
	free(added);
	scan_config_finish(&config);
	unlink(path);
}

static void a_new_file_is_made_and_a_missing_folder_is_an_error(void **state)
{
	(void)state;
	char folder[] = "/tmp/metergate-scan-XXXXXX", path[64];
	struct stat status;
	assert_non_null(mkdtemp(folder));
	snprintf(path, sizeof(path), "%s/devices.ini", folder);
	assert_int_equal(scan_config_append(path, "[x]\n", 4), 0);
	assert_int_equal(stat(path, &status), 0);
	assert_int_equal(status.st_mode & 07777, 0640);
	assert_int_equal(status.st_size, 4);
	unlink(path);
	rmdir(folder);
	assert_true(scan_config_append("/nonexistent/devices.ini", "[x]\n", 4) < 0);
}

static void what_cannot_be_written_is_known_beforehand(void **state)
{
	(void)state;
	char folder[] = "/tmp/metergate-scan-XXXXXX", path[64];
	assert_non_null(mkdtemp(folder));
	snprintf(path, sizeof(path), "%s/devices.ini", folder);
	assert_int_equal(scan_config_writable(path), 0);
	assert_int_equal(access(path, F_OK), -1); /* and nothing was made */
	assert_int_equal(scan_config_append(path, "[x]\n", 4), 0);
	assert_int_equal(scan_config_writable(path), 0);
	assert_int_equal(scan_config_writable(folder), -EISDIR);
	assert_int_equal(scan_config_writable("/dev/null"), -EINVAL);
	assert_int_equal(scan_config_writable("/nonexistent/devices.ini"), -ENOENT);
	unlink(path);
	rmdir(folder);
}

static void the_file_of_a_descriptor_is_known_by_any_name(void **state)
{
	(void)state;
	char path[] = "/tmp/metergate-scan-XXXXXX", link[64], name[64];
	int fd = mkstemp(path);
	assert_true(fd >= 0);
	snprintf(link, sizeof(link), "%s.link", path);
	snprintf(name, sizeof(name), "/proc/self/fd/%d", fd);
	assert_int_equal(symlink(path, link), 0);
	assert_true(scan_config_is_open(path, fd));
	assert_true(scan_config_is_open(link, fd));
	assert_true(scan_config_is_open(name, fd));
	assert_false(scan_config_is_open("/dev/null", fd));
	assert_false(scan_config_is_open("/nonexistent/devices.ini", fd));
	assert_false(scan_config_is_open(path, -1));
	close(fd);
	unlink(link);
	unlink(path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_meter_is_addressed_by_its_own_address),
		cmocka_unit_test(others_are_addressed_by_their_identity),
		cmocka_unit_test(who_shares_a_configured_address_is_written),
		cmocka_unit_test(a_last_address_at_which_another_is_heard_says_nothing),
		cmocka_unit_test(names_are_unique_and_valid),
		cmocka_unit_test(what_is_configured_is_not_written_again),
		cmocka_unit_test(a_new_file_is_made_and_a_missing_folder_is_an_error),
		cmocka_unit_test(what_cannot_be_written_is_known_beforehand),
		cmocka_unit_test(the_file_of_a_descriptor_is_known_by_any_name),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
