/* SPDX-License-Identifier: MIT */
/* What the configuration knows of the meters that a procedure is for. */
#include <stdlib.h>

#include "bus/bus_key.h"
#include "gateway/command_procedure.h"

#define MILLISECOND 1000 /* µs */

static struct telegrams_secret secret_of(
		const struct command_bus *bus, const struct bus_address *address)
{
	struct telegrams_secret secret = { 0 };
	const struct bus_key *key = bus_key_find(bus->setup->settings.keys, address);
	if (key != NULL) {
		secret.key = &key->key;
		secret.identity = &key->identity;
	}
	return secret;
}

/* At which a device is asked; NULL: one that is not configured. */
static uint32_t speed_of(const struct setup_bus *setup, const struct setup_device *device)
{
	return device != NULL && device->settings.baud != 0 ? device->settings.baud
														: setup->settings.line.baud;
}

/* What is sent at the speed of the meter that was named is lost on those at another. */
static bool hears_broadcast(
		const struct command_target *target, const struct setup_device *device)
{
	const struct setup_bus *setup = target->bus->setup;
	return device != target->device &&
		   speed_of(setup, device) == speed_of(setup, target->device);
}

struct procedure_witness *command_procedure_witnesses(
		const struct command_target *target, size_t *count)
{
	const struct setup_bus *setup = target->bus->setup;
	struct procedure_witness *witnesses =
			calloc(setup->device_count + 1, sizeof(*witnesses));
	if (witnesses == NULL) {
		return NULL;
	}
	*count = 0;
	witnesses[(*count)++].name = target->word;
	for (size_t i = 0; i < setup->device_count; i++) {
		const struct bus_device_settings *device = &setup->devices[i].settings;
		if (hears_broadcast(target, &setup->devices[i])) {
			witnesses[(*count)++] = (struct procedure_witness){
				.name = device->name,
				.address = device->address,
				.window = device->response * MILLISECOND,
				.any_address = device->any_address,
				.init = device->init,
				.secret = secret_of(target->bus, &device->address),
			};
		}
	}
	return witnesses;
}

/* The longest `response` of any device, where the standard's window is shorter. */
static int64_t longest_window(const struct setup_bus *setup)
{
	struct timing timing;
	int64_t longest = 0;
	timing_init(&timing, &setup->settings.line, setup->settings.latency);
	for (size_t i = 0; i < setup->device_count; i++) {
		int64_t window = setup->devices[i].settings.response * MILLISECOND;
		longest = window > longest ? window : longest;
	}
	return longest > timing_window(&timing) ? longest : 0;
}

static void fill(struct procedure_order *order, const struct command_target *target,
		const struct bus_device_settings *device)
{
	order->baud = device->baud;
	order->window = device->response * MILLISECOND;
	order->any_address = device->any_address;
	order->init = device->init;
	order->secret = secret_of(target->bus, &order->address);
}

/* Bytes as they stand go to a meter with its own address as its device says; whoever else
   may answer gets the time that the slowest device needs. */
static void fill_for_bytes(
		struct procedure_order *order, const struct command_target *target)
{
	const struct setup_bus *setup = target->bus->setup;
	struct mg_frame frame = { .type = MG_FRAME_ACK };
	size_t length;
	bool valid = mg_frame_parse(order->data.data, order->data.size, &frame, &length) ==
						 MG_FAULT_NONE &&
				 frame.type >= MG_FRAME_SHORT;
	for (size_t i = 0; valid && i < setup->device_count; i++) {
		const struct bus_device_settings *device = &setup->devices[i].settings;
		if (!device->address.secondary && device->address.primary == frame.a) {
			order->address = device->address;
			fill(order, target, device);
			return;
		}
	}
	order->window = valid && frame.a <= MG_A_PRIMARY_LAST ? 0 : longest_window(setup);
}

void command_procedure_prepare(
		struct procedure_order *order, const struct command_target *target)
{
	const struct bus_device_settings none = { .baud = 0 };
	order->address = target->address;
	order->fixed_line = bus_is_fixed(target->bus->bus);
	fill(order, target, target->device != NULL ? &target->device->settings : &none);
	if (order->kind == PROCEDURE_SEND) {
		fill_for_bytes(order, target);
	}
}
