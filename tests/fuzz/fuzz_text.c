/* SPDX-License-Identifier: MIT */
/* What people type: identities, addresses, names, values of options, and ports. */
#include <stdlib.h>
#include <string.h>

#include <metergate/mbus.h>
#include <metergate/plugin.h>

#include "link/bus_address.h"
#include "fuzz.h"
#include "gateway/config_name.h"
#include "gateway/option.h"
#include "gateway/plugins.h"
#include "gateway/setup.h"
#include "gateway/suggest.h"

#define TEXT_MAX 5000

static bool identities_equal(const struct mg_identity *a, const struct mg_identity *b)
{
	return a->id == b->id && a->manufacturer == b->manufacturer &&
		   a->version == b->version && a->medium == b->medium;
}

static void check_identity(const char *text)
{
	struct mg_identity identity, again;
	char written[MG_IDENTITY_SIZE];
	uint8_t bytes[8];
	size_t wrong = SIZE_MAX;
	if (!mg_identity_parse(text, &identity, &wrong)) {
		FUZZ_REQUIRE(wrong <= strlen(text));
		return;
	}
	mg_identity_text(&identity, written);
	FUZZ_REQUIRE(mg_identity_parse(written, &again, &wrong));
	FUZZ_REQUIRE(identities_equal(&identity, &again));
	mg_identity_put(&identity, bytes);
	mg_identity_get(bytes, &again);
	FUZZ_REQUIRE(identities_equal(&identity, &again));
	again.id = identity.id & 0x0FFFFFFFu;
	FUZZ_REQUIRE(mg_identity_match(&identity, &identity));
	FUZZ_REQUIRE(mg_identity_match(&identity, &again) ==
				 (identity.id >> 28 == 0xF || identity.id >> 28 == 0));
}

static void check_manufacturer(const char *text)
{
	uint16_t code;
	char written[5];
	if (mg_manufacturer_parse(text, &code)) {
		FUZZ_REQUIRE(strcmp(mg_manufacturer_text(code, written), text) == 0);
	}
}

static void check_address(const char *text)
{
	struct bus_address address, again;
	char written[MG_IDENTITY_SIZE];
	size_t wrong = SIZE_MAX;
	if (!bus_address_parse(text, &address, &wrong)) {
		FUZZ_REQUIRE(wrong <= strlen(text));
		return;
	}
	FUZZ_REQUIRE(address.secondary || address.primary <= MG_A_PRIMARY_LAST ||
				 address.primary == MG_A_BROADCAST_REPLY);
	FUZZ_REQUIRE(address.secondary || strtoul(text, NULL, 10) == address.primary);
	bus_address_text(&address, written);
	FUZZ_REQUIRE(bus_address_parse(written, &again, &wrong));
	FUZZ_REQUIRE(again.secondary == address.secondary);
	FUZZ_REQUIRE(again.primary == address.primary);
	FUZZ_REQUIRE(
			!address.secondary || identities_equal(&address.identity, &again.identity));
}

static void check_name(const char *text)
{
	char name[CONFIG_NAME_MAX + 1];
	config_name_make(text, name);
	FUZZ_REQUIRE(config_name_valid(name, strlen(name)));
	FUZZ_REQUIRE(!config_name_valid(text, strlen(text)) || strcmp(text, name) == 0 ||
				 strchr("._-", text[strlen(text) - 1]) != NULL);
}

static void check_suggestion(const char *text)
{
	static const char *const words[] = { "baud", "parity", "reconnect_min", NULL };
	const char *word = suggest_word(text, words);
	size_t same = suggest_distance(text, text);
	FUZZ_REQUIRE(same == 0 || (same == SIZE_MAX && strlen(text) > SUGGEST_WORD_MAX));
	FUZZ_REQUIRE(word == NULL || suggest_distance(text, word) < strlen(text) + 1);
	for (size_t i = 0; words[i] != NULL; i++) {
		FUZZ_REQUIRE(
				suggest_distance(text, words[i]) == suggest_distance(words[i], text));
	}
}

/* One option of each type. */
struct options {
	const char *text;
	int64_t number, wait, bytes, any;
	bool yes;
	int word;
	struct mg_list list;
	const char *secret;
	struct mg_tags tags;
};

static const char *const colours[] = { "red", "green", NULL };

static const struct mg_option rows[] = {
	MG_STRING(struct options, text, "text", NULL, "text"),
	MG_INT(struct options, number, "number", "5", -10, 1000, "a number"),
	MG_INT(struct options, any, "any", "5", 0, 0, "a number without limits"),
	MG_DURATION(struct options, wait, "wait", "1s", 0, 86400000, "a duration"),
	MG_SIZE(struct options, bytes, "bytes", "64K", 1, 1073741824, "a size"),
	MG_BOOL(struct options, yes, "yes", "no", "a switch"),
	MG_ENUM(struct options, word, "word", "red", colours, "a colour"),
	MG_LIST(struct options, list, "list", NULL, "words"),
	MG_SECRET(struct options, secret, "secret", "a secret"),
};
static const struct mg_option tag_row =
		MG_TAGS(struct options, tags, "tag", "tags of the user");

static void check_options(const struct options *options)
{
	FUZZ_REQUIRE(options->number >= -10 && options->number <= 1000);
	FUZZ_REQUIRE(options->wait >= 0 && options->wait <= 86400000);
	FUZZ_REQUIRE(
			options->bytes == 0 || (options->bytes >= 1 && options->bytes <= 1073741824));
	FUZZ_REQUIRE(options->word == 0 || options->word == 1);
	FUZZ_REQUIRE(options->list.count <= OPTION_WORDS_MAX);
	for (size_t i = 0; i < options->list.count; i++) {
		const char *word = options->list.items[i];
		FUZZ_REQUIRE(word[0] != '\0' && word[strcspn(word, " \t")] == '\0');
	}
	for (size_t i = 0; i < options->tags.count; i++) {
		FUZZ_REQUIRE(options->tags.items[i].key[0] != '\0');
		FUZZ_REQUIRE(options->tags.items[i].value != NULL);
	}
}

static void check_why(const char *why, size_t where, const char *value)
{
	size_t length = strlen(why);
	FUZZ_REQUIRE(length > 0 && length < OPTION_WHY_SIZE && where <= strlen(value));
	/* Valid UTF-8 came in, so valid UTF-8 goes out. */
	FUZZ_REQUIRE(
			!fuzz_is_text(value, strlen(value), 0x20) || fuzz_is_text(why, length, 0x20));
}

static void check_option(const char *value)
{
	char why[OPTION_WHY_SIZE];
	struct option_memory memory;
	if (strncmp(value, "file:", 5) == 0 || strncmp(value, "credential:", 11) == 0) {
		return;
	}
	option_memory_init(&memory);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct options options = { .number = 0 };
		size_t where = SIZE_MAX;
		if (!option_apply(&rows[i], value, &options, &memory, why, sizeof(why), &where)) {
			check_why(why, where, value);
		}
		check_options(&options);
	}
	option_memory_finish(&memory);
}

static void check_tag(const char *text)
{
	char why[OPTION_WHY_SIZE], key[OPTION_NAME_MAX * 2];
	struct option_memory memory;
	struct options options = { .number = 0 };
	option_memory_init(&memory);
	for (int i = 0; i < 3; i++) {
		size_t where = SIZE_MAX;
		snprintf(key, sizeof(key), "tag.%.*s%d", (int)strcspn(text, "="), text, i);
		if (!option_apply_tag(
					&tag_row, key, text, &options, &memory, why, sizeof(why), &where)) {
			FUZZ_REQUIRE(why[0] != '\0');
		}
	}
	check_options(&options);
	option_memory_finish(&memory);
}

static void check_target(const char *text)
{
	struct setup_bus *bus = NULL;
	struct config_errors errors;
	if (strstr(text, "file:") != NULL) {
		return;
	}
	config_errors_init(&errors);
	struct plugins *plugins = plugins_create(NULL);
	FUZZ_REQUIRE(plugins != NULL);
	if (setup_bus_from_target(text, plugins, &bus, &errors)) {
		const char *name = bus->settings.name;
		FUZZ_REQUIRE(errors.errors == 0 && config_name_valid(name, strlen(name)));
	} else {
		FUZZ_REQUIRE(errors.errors > 0 && bus == NULL);
	}
	setup_bus_destroy(bus);
	plugins_destroy(plugins);
	config_errors_finish(&errors);
}

/* Input: which reader, then the text. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static void (*const checks[])(const char *text) = { check_identity,
		check_manufacturer, check_address, check_name, check_suggestion, check_option,
		check_tag, check_target };
	struct fuzz_input input = { data, size };
	size_t which = fuzz_byte(&input) % (sizeof(checks) / sizeof(checks[0])), taken;
	const uint8_t *bytes = fuzz_take(&input, TEXT_MAX, &taken);
	char *text = fuzz_string(bytes, taken);
	checks[which](text);
	free(text);
	return 0;
}
