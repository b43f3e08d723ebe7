/* SPDX-License-Identifier: MIT */
/* What the command scan says. */
#include "gateway/command_scan_text.h"

#include <inttypes.h>
#include <string.h>

#include "base/json.h"

#define SECOND 1000000
#define MISSING_NAMED 50 /* meters that the summary names at most */

static const char *const states[] = {
	[SCAN_CONFIRMED] = "confirmed",
	[SCAN_MUTE] = "mute",
	[SCAN_COLLISION] = "collision",
};
static const char *const kinds[] = {
	[SCAN_PRIMARY] = "primary", [SCAN_SECONDARY] = "secondary"
};

/* Media of the fixed structure have codes of their own. */
static const char *medium_text(const struct scan_found *found)
{
	const struct mg_telegram telegram = {
		.header = (uint8_t)found->header,
		.identity = found->identity,
	};
	return mg_telegram_medium_text(&telegram);
}

static void put_member(FILE *out, const char *name, const char *text)
{
	fprintf(out, ",\"%s\":", name);
	json_print_string(out, text);
}

static void put_meter(FILE *out, const struct scan_found *found)
{
	const struct mg_identity *identity = &found->identity;
	char maker[5];
	fprintf(out, ",\"meter\":{\"id\":\"%08" PRIX32 "\"", identity->id);
	if (found->header != MG_HEADER_FIXED && identity->manufacturer != UINT16_MAX) {
		put_member(
				out, "manufacturer", mg_manufacturer_text(identity->manufacturer, maker));
		if (mg_manufacturer_name(identity->manufacturer) != NULL) {
			put_member(out, "manufacturer_name",
					mg_manufacturer_name(identity->manufacturer));
		}
		fprintf(out, ",\"version\":%u", identity->version);
	}
	put_member(out, "medium", medium_text(found));
	fprintf(out, ",\"medium_code\":%u}", identity->medium);
}

static void put_found(
		FILE *out, const struct command_bus *bus, const struct command_scan_meter *meter)
{
	const struct scan_found *found = meter->found;
	char secondary[MG_IDENTITY_SIZE];
	fprintf(out, "{\"type\":\"found\",\"bus\":");
	json_print_string(out, bus_name(bus->bus));
	if (found->address >= 0) {
		fprintf(out, ",\"address\":%d", found->address);
	} else if (meter->last_address >= 0) {
		fprintf(out, ",\"last_address\":%d", meter->last_address);
	}
	if (found->has_identity) {
		put_member(out, "secondary", mg_identity_text(&found->identity, secondary));
		put_meter(out, found);
	}
	fprintf(out, ",\"baud\":%" PRIu32 ",\"state\":\"%s\",\"known\":%s", found->baud,
			states[found->state], found->known ? "true" : "false");
	if (found->delay >= 0) {
		fprintf(out, ",\"delay_ms\":%" PRId64 ".%d", found->delay / 1000,
				(int)(found->delay % 1000 / 100));
	}
	if (meter->device != NULL) {
		put_member(out, "device", meter->device);
	}
	if (found->note[0] != '\0') {
		put_member(out, "note", found->note);
	}
	fputs(meter->again ? ",\"again\":true" : "", out);
	fputc('}', out);
}

static void put_found_text(FILE *out, const struct command_scan_meter *meter)
{
	const struct scan_found *found = meter->found;
	const char *device = meter->device;
	char secondary[MG_IDENTITY_SIZE], address[16] = "-";
	const char *name = NULL;
	if (found->address >= 0) {
		snprintf(address, sizeof(address), "%d", found->address);
	} else if (meter->last_address >= 0) {
		snprintf(address, sizeof(address), "(%d)", meter->last_address);
	}
	if (found->has_identity && found->header != MG_HEADER_FIXED) {
		name = mg_manufacturer_name(found->identity.manufacturer);
	}
	fprintf(out, "%3s  %-20s %5" PRIu32 " Bd", address,
			found->has_identity ? mg_identity_text(&found->identity, secondary) : "",
			found->baud);
	fprintf(out, "  %s", found->has_identity ? medium_text(found) : states[found->state]);
	fprintf(out, "%s%s", name != NULL ? ", " : "", name != NULL ? name : "");
	fprintf(out, "%s%s", device != NULL ? ", device " : "", device != NULL ? device : "");
	fprintf(out, "%s%s%s\n", meter->again ? ", again, with its address" : "",
			found->note[0] != '\0' ? ": " : "", found->note);
}

static void send(
		struct command *command, struct command_text *json, struct command_text *text)
{
	bool good = json->out != NULL && text->out != NULL;
	good = good && command_text_close(json);
	good = good && command_text_close(text);
	if (good) {
		command_result(command, json->data, text->data);
	}
	command_text_free(json);
	command_text_free(text);
}

void command_scan_found(struct command *command, const struct command_bus *bus,
		const struct command_scan_meter *meter)
{
	struct command_text json = { 0 }, text = { 0 };
	if (command_text_open(&json) && command_text_open(&text)) {
		put_found(json.out, bus, meter);
		put_found_text(text.out, meter);
	}
	send(command, &json, &text);
}

void command_scan_progress(struct command *command, enum scan_kind kind,
		const struct scan_progress *progress)
{
	char text[160], left[48] = "", members[200];
	if (progress->time_left >= 0) {
		snprintf(left, sizeof(left), ", about %" PRId64 " s left",
				progress->time_left / SECOND + 1);
	}
	snprintf(text, sizeof(text),
			"%s scan at %" PRIu32 " Bd: %" PRIu64 " requests, %zu found%s", kinds[kind],
			progress->baud, progress->probes, progress->found, left);
	snprintf(members, sizeof(members),
			"\"baud\":%" PRIu32 ",\"found\":%zu,\"probes\":%" PRIu64
			",\"silent\":%" PRIu64 ",\"left\":%" PRIu64 ",\"seconds_left\":%" PRId64,
			progress->baud, progress->found, progress->probes, progress->silent,
			progress->left,
			progress->time_left < 0 ? -1 : progress->time_left / SECOND + 1);
	command_progress(command, text, members);
}

/* Whether a complete scan of this order would have found it. */
static bool is_covered(
		const struct command_scan_end *end, const struct inventory_meter *meter)
{
	static const uint8_t none[sizeof(end->order->addresses)];
	const struct scan_order *order = end->order;
	if (strcmp(meter->bus, end->bus) != 0 || meter->answered) {
		return false;
	}
	if (order->kind == SCAN_SECONDARY) {
		return mg_identity_match(&order->mask, &meter->identity);
	}
	return meter->address >= 0 &&
		   (memcmp(order->addresses, none, sizeof(none)) == 0 ||
				   (order->addresses[meter->address / 8] >> (meter->address % 8) & 1) !=
						   0);
}

/* Names those that did not answer, as JSON strings or as words. Returns how many. A scan
   that did not come to its end, or that went on from a token, says nothing of that. */
static size_t put_missing(FILE *out, const struct command_scan_end *end, bool json)
{
	size_t count = 0;
	if (end->inventory == NULL || !end->scan->done || end->order->resume != NULL) {
		return 0;
	}
	for (size_t i = 0; i < end->inventory->count; i++) {
		const struct inventory_meter *meter = &end->inventory->meters[i];
		char secondary[MG_IDENTITY_SIZE];
		if (!is_covered(end, meter) || ++count > MISSING_NAMED) {
			continue;
		}
		mg_identity_text(&meter->identity, secondary);
		fprintf(out, json ? "%s\"%s\"" : "%s%s", count == 1 ? "" : (json ? "," : ", "),
				secondary);
		if (!json && meter->address >= 0) {
			fprintf(out, " at %d", meter->address);
		}
	}
	return count;
}

static void put_counts(FILE *out, const struct command_scan_end *end)
{
	const struct scan_progress *progress = &end->scan->progress;
	fputs("{\"type\":\"summary\",\"bus\":", out);
	json_print_string(out, end->bus);
	fprintf(out,
			",\"kind\":\"%s\",\"complete\":%s,"
			"\"found\":%zu,\"found_before\":%zu,\"not_kept\":%zu,\"probes\":%" PRIu64
			",\"silent\":%" PRIu64 ",\"collisions\":%" PRIu64 ",\"repeats\":%" PRIu64
			",\"damaged\":%" PRIu64 ",\"seconds\":%" PRId64 ".%d,\"not_answered\":[",
			kinds[end->order->kind], end->scan->done ? "true" : "false", end->scan->count,
			end->scan->before, end->scan->overflow, progress->probes, progress->silent,
			progress->collisions, progress->repeats, progress->damaged,
			end->duration / SECOND, (int)(end->duration % SECOND / (SECOND / 10)));
	size_t missing = put_missing(out, end, true);
	fprintf(out, "],\"not_answered_count\":%zu", missing);
	if (end->token[0] != '\0') {
		put_member(out, "resume", end->token);
	}
}

static void put_advice(FILE *out, const struct command_scan_end *end)
{
	if (end->token[0] != '\0') {
		fprintf(out, "To go on from here add to the same command:\n--resume=%s\n",
				end->token);
	} else if (end->order->kind == SCAN_PRIMARY && end->scan->done) {
		fputs("Meters that have no address of their own, or share one, are found by "
			  "their\n"
			  "identity, with --secondary\n",
				out);
	}
}

/* How many were found, also before an interruption that the scan goes on from. */
static void put_sum(FILE *out, const struct scan *scan)
{
	const char *so_far = scan->done ? "" : " so far";
	if (scan->before == 0) {
		fprintf(out, "%zu meter%s found%s", scan->count, scan->count == 1 ? "" : "s",
				so_far);
	} else if (scan->count == 0) {
		fprintf(out, "no further meter%s, %zu %s found before", so_far, scan->before,
				scan->before == 1 ? "was" : "were");
	} else {
		fprintf(out, "%zu meter%s found%s, and %zu before the interruption", scan->count,
				scan->count == 1 ? "" : "s", so_far, scan->before);
	}
}

/* Nobody is known that could be asked whether the bus is well. */
static void put_silence(FILE *out, const struct scan *scan)
{
	const struct scan_progress *progress = &scan->progress;
	if (scan->before > 0 && progress->probes > 0 && progress->damaged == 0 &&
			!scan->check.answered) {
		fputs("Nothing at all has answered since it went on: unless all meters were "
			  "found\nbefore, see whether the converter has power and the bus is whole, "
			  "and scan again\n",
				out);
	}
}

static void put_summary(FILE *out, const struct command_scan_end *end)
{
	struct command_text missing = { 0 };
	const struct scan *scan = end->scan;
	put_sum(out, scan);
	fprintf(out, "; %" PRIu64 " requests in %" PRId64 " s", scan->progress.probes,
			(end->duration + SECOND / 2) / SECOND);
	if (scan->progress.damaged > 0) {
		fprintf(out, ", %" PRIu64 " damaged answer%s", scan->progress.damaged,
				scan->progress.damaged == 1 ? "" : "s");
	}
	fputc('\n', out);
	put_silence(out, scan);
	if (scan->overflow > 0) {
		fprintf(out, "%zu more were found and not kept: scan with a mask\n",
				scan->overflow);
	}
	if (command_text_open(&missing)) {
		size_t count = put_missing(missing.out, end, false);
		if (command_text_close(&missing) && count > 0) {
			fprintf(out, "Not answered: %s%s\n", missing.data,
					count > MISSING_NAMED ? " and others" : "");
		}
	}
	command_text_free(&missing);
	put_advice(out, end);
}

void command_scan_summary(struct command *command, const struct command_scan_end *end)
{
	struct command_text json = { 0 }, text = { 0 };
	if (command_text_open(&json) && command_text_open(&text)) {
		put_summary(text.out, end);
		fflush(text.out);
		put_counts(json.out, end);
		put_member(json.out, "text", text.data);
		fputc('}', json.out);
	}
	send(command, &json, &text);
}

void command_scan_members(const struct command_scan_end *end, char *members, size_t size)
{
	const char *token = end->token;
	snprintf(members, size, "\"found\":%zu%s%s%s", end->scan->count,
			token[0] != '\0' ? ",\"resume\":\"" : "", token,
			token[0] != '\0' ? "\"" : "");
}
