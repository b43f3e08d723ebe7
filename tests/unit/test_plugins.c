/* SPDX-License-Identifier: MIT */
/* Files are found, loaded on demand, and refused in words. */
#include <sys/stat.h>
#include <unistd.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "gateway/plugins.h"

struct bench {
	struct plugins *plugins;
	char fitting[512];
	char refused[512];
	char first[512];
	char why[PLUGIN_WHY_SIZE];
	char listed[8192];
};

static int set_up(void **state)
{
	struct bench *b = calloc(1, sizeof(*b));
	const char *built = getenv("METERGATE_TEST_ABI");
	char path[2048];
	assert_non_null(b);
	assert_non_null(built);
	snprintf(b->fitting, sizeof(b->fitting), "%s/fitting", built);
	snprintf(b->refused, sizeof(b->refused), "%s/refused", built);
	snprintf(b->first, sizeof(b->first), "%s/v1/first.so", built);
	snprintf(path, sizeof(path), "%s::/nonexistent", b->fitting);
	assert_int_equal(setenv("METERGATE_PLUGIN_PATH", path, 1), 0);
	b->plugins = plugins_create(b->refused);
	assert_non_null(b->plugins);
	*state = b;
	return 0;
}

static int tear_down(void **state)
{
	struct bench *b = *state;
	plugins_destroy(b->plugins);
	free(b);
	return 0;
}

static void folders_are_searched_in_order(void **state)
{
	struct bench *b = *state;
	assert_string_equal(plugins_folder(b->plugins, 0), b->fitting);
	assert_string_equal(plugins_folder(b->plugins, 1), "/nonexistent");
	assert_string_equal(plugins_folder(b->plugins, 2), b->refused);
	assert_string_equal(plugins_folder(b->plugins, 3), METERGATE_PLUGIN_DIR);
	assert_null(plugins_folder(b->plugins, 4));
}

static void plugins_are_loaded_once(void **state)
{
	struct bench *b = *state;
	const struct plugin *plugin =
			plugins_find(b->plugins, "probe", b->why, sizeof(b->why));
	assert_non_null(plugin);
	assert_string_equal(plugin->name, "probe");
	assert_string_equal(plugin->description->version, "1.2.3");
	assert_non_null(plugin->description->transport);
	assert_non_null(plugin->description->sink);
	assert_ptr_equal(plugins_find(b->plugins, "probe", b->why, sizeof(b->why)), plugin);
	assert_ptr_equal(
			plugins_load(b->plugins, plugin->path, b->why, sizeof(b->why)), plugin);
}

static void a_folder_of_its_own_is_found(void **state)
{
	struct bench *b = *state;
	char folder[] = "/tmp/metergate-plugins-XXXXXX";
	char own[64];
	char link[80];
	char target[600];
	assert_non_null(mkdtemp(folder));
	snprintf(own, sizeof(own), "%s/remote", folder);
	snprintf(link, sizeof(link), "%s/remote.so", own);
	snprintf(target, sizeof(target), "%s/remote.so", b->fitting);
	assert_int_equal(mkdir(own, 0700), 0);
	assert_int_equal(symlink(target, link), 0);
	assert_int_equal(unsetenv("METERGATE_PLUGIN_PATH"), 0);
	struct plugins *plugins = plugins_create(folder);
	const struct plugin *plugin = plugins_find(plugins, "remote", b->why, sizeof(b->why));
	assert_non_null(plugin);
	assert_string_equal(plugin->path, link);
	plugins_destroy(plugins);
	assert_int_equal(unlink(link), 0);
	assert_int_equal(rmdir(own), 0);
	assert_int_equal(rmdir(folder), 0);
}

static void refuse(struct bench *b, const char *name, const char *words)
{
	assert_null(plugins_find(b->plugins, name, b->why, sizeof(b->why)));
	if (strstr(b->why, words) == NULL) {
		fail_msg("\"%s\" lacks \"%s\"", b->why, words);
	}
}

static void what_does_not_fit_is_said(void **state)
{
	struct bench *b = *state;
	refuse(b, "abi2", "abi2.so: built for plugin ABI 2, this metergate speaks 1; ");
	refuse(b, "short", "short.so: its struct mg_plugin has 8 bytes");
	refuse(b, "nosymbol", "nosymbol.so: it does not export metergate_plugin");
	refuse(b, "badoptions",
			"badoptions.so: its sink: option \"path\" lies beyond the end");
	refuse(b, "wrongname", "wrongname.so: the plugin in it calls itself \"rightname\"");
	refuse(b, "unresolved", "unresolved.so: the system cannot load it");
	refuse(b, "unresolved", "function_that_nobody_has");
	refuse(b, "text", "is no shared object");
	/* And the gateway goes on. */
	assert_non_null(plugins_find(b->plugins, "probe", b->why, sizeof(b->why)));
}

static void missing_ones_say_what_is_there(void **state)
{
	struct bench *b = *state;
	refuse(b, "prope", "there is no plugin \"prope\"; installed: abi2, badoptions, bare");
	assert_non_null(strstr(b->why, "did you mean \"probe\"?"));
	assert_non_null(strstr(b->why, b->fitting));
	refuse(b, "zzzzzz", "searched: ");
	assert_null(strstr(b->why, "did you mean"));
}

static void names_are_no_paths(void **state)
{
	struct bench *b = *state;
	refuse(b, "", "no name of a plugin");
	refuse(b, "../fitting/probe", "no name of a plugin");
	refuse(b, ".hidden", "no name of a plugin");
}

static void nothing_installed_is_said(void **state)
{
	struct bench *b = *state;
	assert_int_equal(setenv("METERGATE_PLUGIN_PATH", "", 1), 0);
	struct plugins *plugins = plugins_create(NULL);
	assert_string_equal(plugins_folder(plugins, 0), METERGATE_PLUGIN_DIR);
	assert_null(plugins_folder(plugins, 1));
	assert_null(plugins_find(plugins, "zzzzzz", b->why, sizeof(b->why)));
	assert_non_null(strstr(b->why, METERGATE_PLUGIN_DIR));
	plugins_destroy(plugins);
	plugins_destroy(NULL);
}

static void single_files_are_loaded(void **state)
{
	struct bench *b = *state;
	const struct plugin *plugin =
			plugins_load(b->plugins, b->first, b->why, sizeof(b->why));
	assert_non_null(plugin);
	assert_string_equal(plugin->name, "first");
	assert_null(plugins_load(b->plugins, "x.txt", b->why, sizeof(b->why)));
	assert_non_null(strstr(b->why, "ends in .so"));
	assert_null(plugins_load(b->plugins, "/tmp/.so", b->why, sizeof(b->why)));
	assert_null(plugins_load(b->plugins, "gone.so", b->why, sizeof(b->why)));
	assert_non_null(strstr(b->why, "gone.so: ./gone.so cannot be opened"));
}

static void list_entry(void *data, const struct plugin_entry *entry)
{
	struct bench *b = data;
	size_t used = strlen(b->listed);
	assert_true((entry->plugin == NULL) == (entry->why != NULL));
	assert_int_equal(access(entry->path, R_OK), 0);
	snprintf(b->listed + used, sizeof(b->listed) - used, "%s%s ", entry->name,
			entry->plugin == NULL ? "!" : "");
}

static void list_name(void *data, const char *name)
{
	struct bench *b = data;
	size_t used = strlen(b->listed);
	snprintf(b->listed + used, sizeof(b->listed) - used, "%s ", name);
}

static void all_are_listed_with_their_verdict(void **state)
{
	struct bench *b = *state;
	plugins_list(b->plugins, list_entry, b);
	assert_string_equal(b->listed, "abi2! badoptions! bare nosymbol! probe remote short! "
								   "text! unresolved! wrongname! ");
	b->listed[0] = '\0';
	plugins_names(b->plugins, list_name, b);
	assert_string_equal(b->listed,
			"abi2 badoptions bare nosymbol probe remote short text "
			"unresolved wrongname ");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(folders_are_searched_in_order),
		TEST(plugins_are_loaded_once),
		TEST(a_folder_of_its_own_is_found),
		TEST(what_does_not_fit_is_said),
		TEST(missing_ones_say_what_is_there),
		TEST(names_are_no_paths),
		TEST(nothing_installed_is_said),
		TEST(single_files_are_loaded),
		TEST(all_are_listed_with_their_verdict),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
