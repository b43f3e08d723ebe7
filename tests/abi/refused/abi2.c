/* SPDX-License-Identifier: MIT */
/* Says that it speaks a later interface; nothing else of it may be looked at. */
#include <stdint.h>

/* Too short for anything but these two, so that reading further shows. */
struct head {
	uint32_t abi, size;
};

__attribute__((visibility("default"))) extern const struct head metergate_plugin;
const struct head metergate_plugin = { 2, 4096 };
