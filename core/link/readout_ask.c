/* SPDX-License-Identifier: MIT */
/* The requests of a readout. */
#include "link/readout_private.h"
#include "secure/secure.h"

#define CI_SELECT 0x52
#define IDENTITY_BYTES 8
#define SELECT_TRIES_MORE 2 /* of a slave that has answered before */

/* How long the last try waits at least: long for a slave that nothing is known of. */
static int64_t patience(const struct readout *readout, enum readout_phase phase)
{
	const struct readout_memory *memory = readout->memory;
	if (readout->manner.once || readout->count > 0) {
		return 0;
	}
	bool counts = phase == READOUT_PHASE_REQUEST || phase == READOUT_PHASE_ALARM ||
				  phase == READOUT_PHASE_SELECT || readout->kind == READOUT_PING;
	bool unknown = memory->slave.count == 0;
	return counts && (unknown || phase == READOUT_PHASE_REQUEST) ? READOUT_PATIENCE : 0;
}

/* A mask may select several meters, and the ACK of a slow one would count as the answer
   to whatever is asked next. A meter that was read by it before is known to be alone. */
static bool may_be_several(const struct readout *readout, enum readout_phase phase)
{
	return phase == READOUT_PHASE_SELECT &&
		   !secure_identity_whole(&readout->address.identity) &&
		   (readout->kind == READOUT_PING || !readout->memory->has_print);
}

static bool ask(struct readout *readout, enum readout_phase phase,
		const struct mg_frame *frame, unsigned expects, unsigned tries, int64_t now)
{
	const struct readout_manner *manner = &readout->manner;
	const struct exchange_ask request = {
		.frame = frame,
		.expects = expects,
		.tries = manner->once ? 1 : tries,
		.tries_bad = readout->tries_bad,
		.baud = manner->baud,
		.window = manner->window,
		.patience = patience(readout, phase),
		.slave = &readout->memory->slave,
		.any_address = manner->any_address,
		.listen = may_be_several(readout, phase) ||
								  (manner->alone && phase == READOUT_PHASE_REQUEST)
						  ? EXCHANGE_LISTEN_ALL
						  : 0,
	};
	readout->phase = phase;
	exchange_begin(readout->exchange, &request, now);
	return true;
}

static bool ask_short(struct readout *readout, enum readout_phase phase, uint8_t c,
		unsigned expects, unsigned tries, int64_t now)
{
	const struct mg_frame frame = { .type = MG_FRAME_SHORT, .c = c, .a = readout->asked };
	return ask(readout, phase, &frame, expects, tries, now);
}

bool readout_ask_reset(
		struct readout *readout, enum readout_phase phase, unsigned tries, int64_t now)
{
	readout->fcb = true;
	readout->fcb_send = true;
	return ask_short(readout, phase, MG_C_SND_NKE, EXCHANGE_EXPECT_ACK, tries, now);
}

static bool ask_select(struct readout *readout, enum readout_phase phase, int64_t now)
{
	uint8_t identity[IDENTITY_BYTES];
	mg_identity_put(&readout->address.identity, identity);
	const struct mg_frame frame = { .type = MG_FRAME_LONG,
		.c = MG_C_SND_UD,
		.a = MG_A_SELECTED,
		.ci = CI_SELECT,
		.data = { identity, sizeof(identity) } };
	/* Of a frame so long more are lost on a disturbed line. */
	unsigned more = readout->memory->slave.count > 0 ? SELECT_TRIES_MORE : 0;
	readout->fcb = true;
	readout->fcb_send = true;
	return ask(readout, phase, &frame, EXCHANGE_EXPECT_ACK, readout->tries + more, now);
}

bool readout_ask_select(struct readout *readout, int64_t now)
{
	return ask_select(readout, READOUT_PHASE_SELECT, now);
}

bool readout_ask_data(struct readout *readout, int64_t now)
{
	uint8_t c = (uint8_t)(MG_C_REQ_UD2 | (readout->fcb ? MG_C_FCB : 0));
	return ask_short(readout, READOUT_PHASE_REQUEST, c,
			EXCHANGE_EXPECT_ACK | EXCHANGE_EXPECT_DATA, readout->tries, now);
}

/* The slave may keep one frame count bit for both classes (EN 13757-2 does not say). */
bool readout_ask_alarm(struct readout *readout, int64_t now)
{
	struct readout_memory *memory = readout->memory;
	uint8_t c = (uint8_t)(MG_C_REQ_UD1 | (memory->fcb_alarm ? 0 : MG_C_FCB));
	memory->fcb_known = false;
	return ask_short(readout, READOUT_PHASE_ALARM, c,
			EXCHANGE_EXPECT_ACK | EXCHANGE_EXPECT_DATA, readout->tries, now);
}

/* The next step of the init sequence, or the first telegram. */
bool readout_ask_init(struct readout *readout, int64_t now)
{
	const struct bus_init *init = readout->manner.init;
	if (init == NULL || readout->init_at >= init->count) {
		return readout_ask_data(readout, now);
	}
	const struct bus_init_step *step = &init->steps[readout->init_at];
	if (step->nke && readout->address.secondary) {
		/* SND_NKE to 253 would deselect the slave, and a selection resets it, too. */
		return ask_select(readout, READOUT_PHASE_INIT, now);
	}
	if (step->nke) {
		return readout_ask_reset(readout, READOUT_PHASE_INIT, readout->tries, now);
	}
	const struct mg_frame frame = bus_init_frame(step, readout->asked, readout->fcb_send);
	return ask(readout, READOUT_PHASE_INIT, &frame, EXCHANGE_EXPECT_ACK, readout->tries,
			now);
}
