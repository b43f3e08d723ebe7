/* SPDX-License-Identifier: MIT */
/* BUS/DEVICE with globs on the command line: which buses it stands for. */
#include "cli/forward_pattern.h"

#include <fnmatch.h>
#include <string.h>
#include <unistd.h>

#include "cli/target.h"
#include "gateway/owner.h"

bool forward_pattern_is(const char *text)
{
	bool named = strchr(text, '/') != NULL && text[0] != '/' && text[0] != '.';
	return named && strstr(text, "://") == NULL && strchr(text, '=') == NULL &&
		   access(text, F_OK) != 0;
}

static bool fits_bus(const char *pattern, const char *name)
{
	char glob[OWNER_NAME_SIZE * 2];
	const char *slash = strchr(pattern, '/');
	size_t length = slash != NULL ? (size_t)(slash - pattern) : 0;
	if (slash == NULL || length >= sizeof(glob)) {
		return false;
	}
	memcpy(glob, pattern, length);
	glob[length] = '\0';
	return fnmatch(glob, name, 0) == 0;
}

/* That a bus fits is not enough where globs stand for devices: it may have none of them.
 */
static bool fits(const char *pattern, const struct setup_bus *bus)
{
	if (!fits_bus(pattern, bus->settings.name)) {
		return false;
	}
	const char *device = strchr(pattern, '/') + 1;
	bool found = strpbrk(device, "*?[") == NULL;
	for (size_t i = 0; i < bus->device_count && !found; i++) {
		found = fnmatch(device, bus->devices[i].settings.name, 0) == 0;
	}
	return found;
}

size_t forward_pattern_choose(
		const struct cli_args *args, const struct setup_bus *bus, const char **words)
{
	size_t count = 0;
	for (size_t i = 0; i < args->operand_count; i++) {
		if (fits(args->operands[i], bus)) {
			words[count++] = strchr(args->operands[i], '/') + 1;
		}
	}
	return count;
}

int forward_pattern_check(
		const struct cli *cli, const struct cli_args *args, const struct setup *setup)
{
	for (size_t i = 0; i < args->operand_count; i++) {
		const char *pattern = args->operands[i];
		bool found = false;
		for (size_t j = 0; j < setup->bus_count && !found; j++) {
			found = fits(pattern, setup->buses[j]);
		}
		if (!found) {
			return cli_fail(cli, args, CLI_USAGE,
					"%s has nothing that fits \"%s\": want BUS/DEVICE, with globs or "
					"without",
					target_config_path(args), pattern);
		}
	}
	return CLI_OK;
}
