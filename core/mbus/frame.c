/* SPDX-License-Identifier: MIT */
/* Link frames of EN 13757-2 (FT1.2): finds one at the start of bytes, and builds them. */
#include <metergate/mbus.h>

#include <string.h>

enum {
	BYTE_ACK = 0xE5,
	BYTE_NACK = 0xA2,
	BYTE_SHORT = 0x10,
	BYTE_LONG = 0x68,
	BYTE_STOP = 0x16,
	SHORT_SIZE = 5,
	LONG_HEAD = 4,     /* 68 L L 68 */
	LONG_OVERHEAD = 6, /* what L does not count */
	LENGTH_MIN = 3,    /* C, A, CI */
	DATA_MAX = 252,
};

static uint8_t checksum(const uint8_t *bytes, size_t size)
{
	unsigned sum = 0;
	for (size_t i = 0; i < size; i++) {
		sum += bytes[i];
	}
	return (uint8_t)sum;
}

static enum mg_fault fault_at(enum mg_fault fault, size_t offset, size_t *length)
{
	*length = offset;
	return fault;
}

/* `head` bytes come before C; `counted` bytes are under the checksum. */
static enum mg_fault check_tail(
		const uint8_t *bytes, size_t head, size_t counted, size_t *length)
{
	size_t end = head + counted;
	if (bytes[end + 1] != BYTE_STOP) {
		return fault_at(MG_FAULT_STOP, end + 1, length);
	}
	if (checksum(bytes + head, counted) != bytes[end]) {
		return fault_at(MG_FAULT_CHECKSUM, end, length);
	}
	*length = end + 2;
	return MG_FAULT_NONE;
}

static enum mg_fault parse_short(
		const uint8_t *bytes, size_t size, struct mg_frame *frame, size_t *length)
{
	if (size < SHORT_SIZE) {
		return fault_at(MG_FAULT_INCOMPLETE, SHORT_SIZE, length);
	}
	enum mg_fault fault = check_tail(bytes, 1, 2, length);
	if (fault == MG_FAULT_NONE) {
		*frame =
				(struct mg_frame){ .type = MG_FRAME_SHORT, .c = bytes[1], .a = bytes[2] };
	}
	return fault;
}

/* Says what is wrong as soon as the byte that shows it is there. */
static enum mg_fault check_head(const uint8_t *bytes, size_t size, size_t *length)
{
	if (size >= 3 && bytes[1] != bytes[2]) {
		return fault_at(MG_FAULT_LENGTH_DIFFERS, 2, length);
	}
	if (size >= 3 && bytes[1] < LENGTH_MIN) {
		return fault_at(MG_FAULT_LENGTH_SHORT, 1, length);
	}
	if (size >= LONG_HEAD && bytes[3] != BYTE_LONG) {
		return fault_at(MG_FAULT_SECOND_START, 3, length);
	}
	size_t need = size < LONG_HEAD ? LONG_HEAD : (size_t)bytes[1] + LONG_OVERHEAD;
	return size < need ? fault_at(MG_FAULT_INCOMPLETE, need, length) : MG_FAULT_NONE;
}

static enum mg_fault parse_long(
		const uint8_t *bytes, size_t size, struct mg_frame *frame, size_t *length)
{
	enum mg_fault fault = check_head(bytes, size, length);
	if (fault != MG_FAULT_NONE) {
		return fault;
	}
	fault = check_tail(bytes, LONG_HEAD, bytes[1], length);
	if (fault == MG_FAULT_NONE) {
		*frame = (struct mg_frame){
			.type = MG_FRAME_LONG,
			.c = bytes[4],
			.a = bytes[5],
			.ci = bytes[6],
			.data = { bytes + 7, (size_t)bytes[1] - LENGTH_MIN },
		};
	}
	return fault;
}

enum mg_fault mg_frame_parse(
		const uint8_t *bytes, size_t size, struct mg_frame *frame, size_t *length)
{
	*frame = (struct mg_frame){ .type = 0 };
	*length = 1;
	if (size == 0) {
		return MG_FAULT_INCOMPLETE;
	}
	switch (bytes[0]) {
	case BYTE_ACK:
		frame->type = MG_FRAME_ACK;
		return MG_FAULT_NONE;
	case BYTE_NACK:
		frame->type = MG_FRAME_NACK;
		return MG_FAULT_NONE;
	case BYTE_SHORT:
		return parse_short(bytes, size, frame, length);
	case BYTE_LONG:
		return parse_long(bytes, size, frame, length);
	default:
		return fault_at(MG_FAULT_START, 0, length);
	}
}

static size_t build_single(uint8_t byte, uint8_t *bytes, size_t size)
{
	if (size < 1) {
		return 0;
	}
	bytes[0] = byte;
	return 1;
}

static size_t build_short(const struct mg_frame *frame, uint8_t *bytes, size_t size)
{
	if (size < SHORT_SIZE) {
		return 0;
	}
	bytes[0] = BYTE_SHORT;
	bytes[1] = frame->c;
	bytes[2] = frame->a;
	bytes[3] = checksum(bytes + 1, 2);
	bytes[4] = BYTE_STOP;
	return SHORT_SIZE;
}

static size_t build_long(const struct mg_frame *frame, uint8_t *bytes, size_t size)
{
	size_t counted = frame->data.size + LENGTH_MIN;
	if (frame->data.size > DATA_MAX || size < counted + LONG_OVERHEAD) {
		return 0;
	}
	bytes[0] = bytes[3] = BYTE_LONG;
	bytes[1] = bytes[2] = (uint8_t)counted;
	bytes[4] = frame->c;
	bytes[5] = frame->a;
	bytes[6] = frame->ci;
	if (frame->data.size > 0) {
		memmove(bytes + 7, frame->data.data, frame->data.size);
	}
	bytes[LONG_HEAD + counted] = checksum(bytes + LONG_HEAD, counted);
	bytes[LONG_HEAD + counted + 1] = BYTE_STOP;
	return counted + LONG_OVERHEAD;
}

size_t mg_frame_build(const struct mg_frame *frame, uint8_t *bytes, size_t size)
{
	switch (frame->type) {
	case MG_FRAME_ACK:
		return build_single(BYTE_ACK, bytes, size);
	case MG_FRAME_NACK:
		return build_single(BYTE_NACK, bytes, size);
	case MG_FRAME_SHORT:
		return build_short(frame, bytes, size);
	case MG_FRAME_LONG:
		return build_long(frame, bytes, size);
	default:
		return 0;
	}
}
