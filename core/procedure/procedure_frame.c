/* SPDX-License-Identifier: MIT */
/* The frames that a stage of a procedure sends. */
#include "procedure/procedure_frame.h"

#include <string.h>

#define CI_SELECT 0x52
#define IDENTITY_BYTES 8

/* Who is asked by bytes as they stand; anybody where they are no frame. */
static uint8_t raw_address(const uint8_t *bytes, size_t size)
{
	struct mg_frame frame;
	size_t length;
	if (mg_frame_parse(bytes, size, &frame, &length) != MG_FAULT_NONE ||
			frame.type < MG_FRAME_SHORT) {
		return MG_A_BROADCAST_REPLY;
	}
	return frame.a;
}

uint8_t procedure_frame_address(const struct procedure_plan *plan)
{
	if (plan->raw) {
		return raw_address(plan->data, plan->size);
	}
	if (plan->broadcast) {
		return MG_A_BROADCAST;
	}
	return plan->address.secondary ? MG_A_SELECTED : plan->address.primary;
}

size_t procedure_frame_lead(
		const struct procedure_plan *plan, uint8_t bytes[MG_FRAME_MAX])
{
	uint8_t identity[IDENTITY_BYTES];
	struct mg_frame frame = {
		.type = MG_FRAME_SHORT, .c = MG_C_SND_NKE, .a = procedure_frame_address(plan)
	};
	if (plan->address.secondary) {
		mg_identity_put(&plan->address.identity, identity);
		frame.type = MG_FRAME_LONG;
		frame.c = MG_C_SND_UD;
		frame.ci = CI_SELECT;
		frame.data = (struct mg_bytes){ identity, sizeof(identity) };
	}
	return mg_frame_build(&frame, bytes, MG_FRAME_MAX);
}

size_t procedure_frame_main(
		const struct procedure_plan *plan, uint8_t bytes[MG_FRAME_MAX])
{
	const struct mg_frame frame = { .type = plan->type,
		.c = plan->c,
		.a = procedure_frame_address(plan),
		.ci = plan->ci,
		.data = { plan->data, plan->size } };
	if (plan->raw) {
		memcpy(bytes, plan->data, plan->size);
		return plan->size;
	}
	return mg_frame_build(&frame, bytes, MG_FRAME_MAX);
}

size_t procedure_frame_read(
		const struct procedure_plan *plan, uint8_t bytes[MG_FRAME_MAX])
{
	const struct mg_frame frame = { .type = MG_FRAME_SHORT,
		.c = MG_C_REQ_UD2 | MG_C_FCB,
		.a = procedure_frame_address(plan) };
	return mg_frame_build(&frame, bytes, MG_FRAME_MAX);
}
