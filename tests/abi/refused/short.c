/* SPDX-License-Identifier: MIT */
/* Says that its description is shorter than it must be. */
#include <stdint.h>

struct head {
	uint32_t abi, size;
};

__attribute__((visibility("default"))) extern const struct head metergate_plugin;
const struct head metergate_plugin = { 1, sizeof(struct head) };
