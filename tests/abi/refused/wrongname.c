/* SPDX-License-Identifier: MIT */
/* Calls itself otherwise than its file. */
#include <metergate/plugin.h>

const struct mg_plugin metergate_plugin = {
	MG_PLUGIN_HEADER,
	.name = "rightname",
	.version = "1.0.0",
	.summary = "Has another name",
};
