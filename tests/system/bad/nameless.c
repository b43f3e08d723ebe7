/* SPDX-License-Identifier: MIT */
/* A shared object that is no plugin: it does not export metergate_plugin. */
#include <metergate/plugin.h>

extern MG_EXPORT const int nameless_answer;
const int nameless_answer = 42;
