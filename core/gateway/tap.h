/* SPDX-License-Identifier: MIT */
/* Lets commands see the readings and events that go to the sinks. Loop thread only. */
#ifndef GATEWAY_TAP_H
#define GATEWAY_TAP_H

#include "base/reading.h"

/* All zero at first. */
struct tap {
	struct tap_listener *first;
	struct tap_listener *next; /* while tap_show() is under way */
};

/* Stays its owner's, who removes it before it goes. */
struct tap_listener {
	struct tap_listener *next;
	/* Must not block. May remove itself or others; takes a reference of what it keeps. */
	void (*fn)(void *data, struct reading *reading);
	void *data;
};

void tap_add(struct tap *tap, struct tap_listener *listener);
/* One that was not added is ignored. */
void tap_remove(struct tap *tap, struct tap_listener *listener);
/* Shows it to all that listen. Not from inside a listener. */
void tap_show(struct tap *tap, struct reading *reading);

#endif
