/* SPDX-License-Identifier: MIT */
/* What a sweep says of a meter that it found. */
#include <inttypes.h>
#include <stdio.h>

#include "scan/sweep_private.h"

/* Of the last answer, while the exchange still has it. */
static void name_it(struct scan_found *found, const struct mg_frame *frame)
{
	struct mg_telegram telegram;
	enum mg_fault fault = mg_telegram_parse(frame, &telegram);
	found->header = (enum mg_header)telegram.header;
	found->has_identity =
			telegram.header == MG_HEADER_LONG || telegram.header == MG_HEADER_FIXED;
	found->identity = telegram.identity;
	if (telegram.app_error >= 0) {
		snprintf(found->note, sizeof(found->note), "answers with an error: %s",
				mg_app_error_text(telegram.app_error));
	} else if (!found->has_identity && fault != MG_FAULT_NONE) {
		snprintf(found->note, sizeof(found->note), "does not say who it is: %s",
				mg_fault_text(fault));
	}
}

static void note_present(const struct sweep *sweep, struct scan_found *found)
{
	const struct sweep_visit *visit = &sweep->visit;
	if (found->note[0] != '\0') {
		return;
	}
	if (sweep->late_by > 0 && sweep->delay > sweep->window) {
		snprintf(found->note, sizeof(found->note),
				"answers after %" PRId64 " ms, later than the standard allows: give its "
				"bus a longer latency",
				sweep->delay / 1000);
	} else if (visit->acks == 0 && visit->damaged >= SWEEP_VISIT_TRIES) {
		snprintf(found->note, sizeof(found->note),
				"its acknowledgements are damaged each time: perhaps there is another "
				"meter with this address");
	} else if (visit->acks == 0 && visit->data) {
		snprintf(found->note, sizeof(found->note),
				"did not acknowledge SND_NKE, answered REQ_UD2");
	}
}

static void note_foreign(const struct sweep *sweep, struct scan_found *found)
{
	snprintf(found->note, sizeof(found->note),
			"answers to %d, but says that it is %d: set its address anew, or read it by "
			"its secondary address",
			found->address, sweep->visit.other);
}

static void note_mute(const struct sweep *sweep, struct scan_found *found)
{
	snprintf(found->note, sizeof(found->note), "%s",
			sweep->visit.data_acks > 0
					? "acknowledges, but has no data now: ask again later"
					: "acknowledges, but gives no data");
}

static void note_collided(struct scan_found *found)
{
	snprintf(found->note, sizeof(found->note),
			"several meters answer to %d: a secondary scan tells them apart, then give "
			"them addresses of their own",
			found->address);
}

void sweep_found_add(struct sweep *sweep, enum sweep_visit_verdict verdict)
{
	const struct exchange *exchange = sweep->scan->exchange;
	struct scan_found found = {
		.state = SCAN_CONFIRMED,
		.address = sweep->visit.address,
		.baud = sweep->timing.baud,
		.delay = sweep->delay,
	};
	switch (verdict) {
	case SWEEP_VISIT_PRESENT:
		if (sweep->visit.data) {
			name_it(&found, &exchange->link.frame);
		}
		note_present(sweep, &found);
		break;
	case SWEEP_VISIT_FOREIGN:
		name_it(&found, &exchange->link.frame);
		note_foreign(sweep, &found);
		break;
	case SWEEP_VISIT_MUTE:
		found.state = SCAN_MUTE;
		note_mute(sweep, &found);
		break;
	case SWEEP_VISIT_COLLIDED:
		found.state = SCAN_COLLISION;
		note_collided(&found);
		break;
	case SWEEP_VISIT_ABSENT:
	case SWEEP_VISIT_ELSEWHERE:
		return;
	}
	scan_add(sweep->scan, &found);
}
