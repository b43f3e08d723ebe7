/* SPDX-License-Identifier: MIT */
/* A bus or a sink of the configuration, brought to life: host, claim and engine. */
#include "gateway/running.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/* Fills in the first member of an instance. NULL when memory is short. */
static struct mg_host *attach(const char *kind, const char *name, void *instance,
		const struct running_context *context)
{
	struct mg_host *host =
			host_create(kind, name, context->log, context->gateway, context->state_dir);
	if (host != NULL) {
		*(struct mg_instance *)instance =
				(struct mg_instance){ .host = host, .gw = host_services() };
	}
	return host;
}

/* 0 when the port is ours or nobody can be told, -EBUSY with `why` when it is not. */
static int claim_port(struct running_bus *running, const struct running_context *context,
		char *why, size_t size)
{
	const char *port = running->setup->port;
	const char *name = running->setup->settings.name;
	struct owner_folders folders;
	struct owner_holder holder;
	if (port == NULL) {
		return 0;
	}
	owner_folders_init(&folders, context->state_dir);
	const char *control = context->control != NULL ? context->control : "";
	running->claim =
			owner_claim(&folders, port, context->gateway, name, control, &holder);
	if (running->claim == -EBUSY) {
		char who[OWNER_TEXT_SIZE];
		owner_text(&holder, port, who, sizeof(who));
		snprintf(why, size, "%s: stop that one first, or wait for its end", who);
		return -EBUSY;
	}
	if (running->claim < 0) {
		log_write(context->log, MG_LOG_WARNING, host_title(running->host),
				"no lock file can be kept for %s: %s", port, strerror(-running->claim));
	}
	return 0;
}

int running_bus_init(struct running_bus *running, struct setup_bus *setup,
		const struct running_context *context, const struct bus_owner *owner, char *why,
		size_t size)
{
	*running = (struct running_bus){ .setup = setup, .claim = -1 };
	snprintf(why, size, "out of memory");
	running->host = attach("bus", setup->settings.name, setup->instance, context);
	if (running->host == NULL) {
		return -ENOMEM;
	}
	int failed = claim_port(running, context, why, size);
	if (failed != 0) {
		return failed;
	}
	running->bus = bus_create(context->loop, context->opener, running->host,
			setup->plugin->description->transport, setup->instance, &setup->settings,
			owner);
	if (running->bus == NULL) {
		return -ENOMEM;
	}
	for (size_t i = 0; i < setup->device_count; i++) {
		struct bus_device_settings *device = &setup->devices[i].settings;
		device->jobs_only = context->jobs_only;
		if (bus_add_device(running->bus, device) == NULL) {
			return -ENOMEM;
		}
	}
	return 0;
}

void running_bus_finish(struct running_bus *running)
{
	owner_release(running->claim);
	running->claim = -1;
	bus_destroy(running->bus);
	host_destroy(running->host);
	setup_bus_destroy(running->setup);
	*running = (struct running_bus){ .claim = -1 };
}

int running_sink_init(struct running_sink *running, struct setup_sink *setup,
		const struct running_context *context)
{
	*running = (struct running_sink){ .setup = setup };
	running->host = attach("sink", setup->settings.name, setup->instance, context);
	if (running->host == NULL) {
		return -ENOMEM;
	}
	running->sink = sink_create(running->host, setup->plugin->description->sink,
			setup->instance, &setup->settings);
	return running->sink != NULL ? 0 : -ENOMEM;
}

void running_sink_finish(struct running_sink *running)
{
	sink_destroy(running->sink);
	host_destroy(running->host);
	setup_sink_destroy(running->setup);
	*running = (struct running_sink){ 0 };
}
