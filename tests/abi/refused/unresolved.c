/* SPDX-License-Identifier: MIT */
/* Needs a function that nobody has: must not link with -z defs, nor load without. */
#include <metergate/plugin.h>

int function_that_nobody_has(void);

__attribute__((visibility("default"))) int calls_it(void);

int calls_it(void)
{
	return function_that_nobody_has();
}

const struct mg_plugin metergate_plugin = {
	MG_PLUGIN_HEADER,
	.name = "unresolved",
	.version = "1.0.0",
	.summary = "Needs what is not there",
};
