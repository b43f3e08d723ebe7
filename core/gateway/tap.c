/* SPDX-License-Identifier: MIT */
/* Lets commands see the readings and events that go to the sinks. */
#include "gateway/tap.h"

#include <stddef.h>

void tap_add(struct tap *tap, struct tap_listener *listener)
{
	listener->next = tap->first;
	tap->first = listener;
}

void tap_remove(struct tap *tap, struct tap_listener *listener)
{
	for (struct tap_listener **at = &tap->first; *at != NULL; at = &(*at)->next) {
		if (*at == listener) {
			*at = listener->next;
			break;
		}
	}
	if (tap->next == listener) {
		tap->next = listener->next;
	}
}

void tap_show(struct tap *tap, struct reading *reading)
{
	for (struct tap_listener *at = tap->first; at != NULL; at = tap->next) {
		tap->next = at->next;
		at->fn(at->data, reading);
	}
	tap->next = NULL;
}
