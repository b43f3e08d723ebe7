/* SPDX-License-Identifier: MIT */
/* A sink built for a later plugin interface than there is. */
#include <metergate/plugin.h>

const struct mg_plugin metergate_plugin = {
	.abi = MG_ABI + 1,
	.size = (uint32_t)sizeof(struct mg_plugin),
	.name = "future",
	.version = "1",
	.summary = "speaks another plugin interface",
};
