/* SPDX-License-Identifier: MIT */
/* All of a configuration: sections, keys and what they say, with every error. */
#include <string.h>
#include <unistd.h>

#include "fuzz.h"
#include "gateway/config.h"
#include "gateway/config_name.h"
#include "gateway/plugins.h"
#include "gateway/setup.h"

#define BYTES_MAX 20000
#define PATH_SIZE 32

static void check_sections(const struct config *config)
{
	for (size_t i = 0; i < config->count; i++) {
		const struct config_section *section = &config->sections[i];
		FUZZ_REQUIRE(section->kind != NULL && section->title[0] != '\0');
		FUZZ_REQUIRE(section->count <= CONFIG_VALUES_MAX);
		for (size_t k = 0; k < section->count; k++) {
			FUZZ_REQUIRE(
					config_value(section, section->values[k].key) == &section->values[k]);
		}
		for (size_t k = 0; k < i; k++) {
			FUZZ_REQUIRE(strcmp(section->kind, config->sections[k].kind) != 0 ||
						 strcmp(section->name, config->sections[k].name) != 0);
		}
	}
}

static void check_setup(const struct config *config, struct config_errors *errors)
{
	struct plugins *plugins = plugins_create(NULL);
	FUZZ_REQUIRE(plugins != NULL);
	struct setup *setup = config_resolve(config, plugins, errors);
	FUZZ_REQUIRE(setup != NULL);
	for (size_t i = 0; i < setup->bus_count; i++) {
		const char *name = setup->buses[i]->settings.name;
		FUZZ_REQUIRE(config_name_valid(name, strlen(name)));
	}
	setup_destroy(setup);
	plugins_destroy(plugins);
}

static void check_errors(const struct config_errors *errors)
{
	FUZZ_REQUIRE(errors->count <= CONFIG_ERRORS_MAX);
	FUZZ_REQUIRE(errors->count <= errors->errors + errors->warnings);
	for (size_t i = 0; i < errors->count; i++) {
		const char *text = errors->items[i].text;
		FUZZ_REQUIRE(text[0] != '\0' && fuzz_is_text(text, strlen(text), '\t'));
	}
}

/* Other files are never read: neither included ones nor secrets. */
static bool stays_inside(const uint8_t *bytes, size_t size)
{
	return memmem(bytes, size, "include", 7) == NULL &&
		   memmem(bytes, size, "file:", 5) == NULL;
}

static void check_config(const uint8_t *bytes, size_t size)
{
	char path[PATH_SIZE];
	struct config_errors errors;
	FILE *file = fuzz_file(bytes, size);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fileno(file));
	config_errors_init(&errors);
	struct config *config = config_load(path, &errors);
	FUZZ_REQUIRE(config != NULL);
	check_sections(config);
	check_setup(config, &errors);
	check_errors(&errors);
	config_errors_finish(&errors);
	config_destroy(config);
	fclose(file);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	size_t used = size < BYTES_MAX ? size : BYTES_MAX;
	if (stays_inside(data, used)) {
		check_config(data, used);
	}
	return 0;
}
