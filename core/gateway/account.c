/* SPDX-License-Identifier: MIT */
/* Says in words what buses and sinks did: the accounts at the end of a run. */
#include "gateway/account.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define BUS_STATE_SIZE 320
#define OWN_SIZE 160

void account_bus(const struct running_bus *running, char *text, size_t size)
{
	const struct bus_counters *counters = bus_counters(running->bus);
	char state[BUS_STATE_SIZE];
	bus_state_text(running->bus, state, sizeof(state));
	snprintf(text, size,
			"bus %s: requests %" PRIu64 " = answers %" PRIu64 " + timeouts %" PRIu64
			" + bad frames %" PRIu64 " + wrong addresses %" PRIu64
			" + broadcasts %" PRIu64 " + aborted %" PRIu64 "; %" PRIu64
			" repeats, %" PRIu64 " readings, %" PRIu64 " failed readouts, %" PRIu64
			" refused; %s",
			bus_name(running->bus), counters->requests, counters->answers,
			counters->timeouts, counters->bad_frames, counters->wrong_address,
			counters->broadcasts, counters->aborted, counters->repeats,
			counters->readings, counters->failed_readouts, counters->refused_identities,
			state);
}

/* What the plugin counted itself, ", 2 reconnects" and so on; whole entries only. */
static void add_counters(struct mg_host *host, char *text, size_t size)
{
	struct host_counter counters[HOST_COUNTERS];
	size_t count = host_counters(host, counters, HOST_COUNTERS), length = 0;
	text[0] = '\0';
	for (size_t i = 0; i < count; i++) {
		char entry[64];
		int more = snprintf(entry, sizeof(entry), ", %" PRIu64 " %s", counters[i].value,
				counters[i].name);
		if (counters[i].value > 0 && length + (size_t)more < size) {
			memcpy(text + length, entry, (size_t)more + 1);
			length += (size_t)more;
		}
	}
}

void account_sink(const struct running_sink *running, char *text, size_t size)
{
	struct sink_account account;
	char state[SINK_STATE_SIZE], own[OWN_SIZE];
	sink_account(running->sink, &account);
	sink_state_text(running->sink, state, sizeof(state));
	add_counters(running->host, own, sizeof(own));
	snprintf(text, size,
			"sink %s: routed %" PRIu64 " = delivered %" PRIu64 " + rejected %" PRIu64
			" + dropped %" PRIu64 " + queued %" PRIu64 "; %" PRIu64 " batches, %" PRIu64
			" retries%s; %s",
			sink_name(running->sink), account.routed, account.delivered, account.rejected,
			account.dropped, account.queued, account.batches, account.retries, own,
			state);
}
