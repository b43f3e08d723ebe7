/* SPDX-License-Identifier: MIT */
/* Meaning of the status byte and of application error codes (EN 13757-3, 6). */
#include <metergate/mbus.h>

enum {
	STATUS_APPLICATION = 3,
	STATUS_FLAGS_FIRST = 2,
};

/* Bits 1 and 0 together are one code. */
static const char *const application_states[] = {
	NULL,
	"application-busy",
	"application-error",
	"abnormal-condition",
};

static const char *const fixed_flags[] = { "binary-counters", "stored-values" };

static const char *const flags[] = {
	NULL,
	NULL,
	"power-low",
	"permanent-error",
	"temporary-error",
	"manufacturer-bit-5",
	"manufacturer-bit-6",
	"manufacturer-bit-7",
};

static size_t fixed_names(uint8_t status, const char *names[8])
{
	size_t count = 0;
	for (unsigned bit = 0; bit < STATUS_FLAGS_FIRST; bit++) {
		if ((status >> bit & 1) != 0) {
			names[count++] = fixed_flags[bit];
		}
	}
	return count;
}

static size_t application_names(uint8_t status, const char *names[8])
{
	const char *name = application_states[status & STATUS_APPLICATION];
	if (name == NULL) {
		return 0;
	}
	names[0] = name;
	return 1;
}

size_t mg_status_names(uint8_t status, enum mg_header header, const char *names[8])
{
	size_t count = header == MG_HEADER_FIXED ? fixed_names(status, names)
											 : application_names(status, names);
	for (unsigned bit = STATUS_FLAGS_FIRST; bit < 8; bit++) {
		if ((status >> bit & 1) != 0) {
			names[count++] = flags[bit];
		}
	}
	return count;
}

static const char *const app_errors[] = {
	[0x00] = "unspecified error",
	[0x01] = "CI field not implemented",
	[0x02] = "buffer too long, data truncated",
	[0x03] = "too many records",
	[0x04] = "premature end of record",
	[0x05] = "more than ten DIFEs",
	[0x06] = "more than ten VIFEs",
	[0x08] = "application busy",
	[0x09] = "too many readouts",
	[0x10] = "access denied",
	[0x11] = "command unknown or not supported",
	[0x12] = "parameter missing or wrong",
	[0x13] = "receiver address unknown",
	[0x14] = "decryption failed",
	[0x15] = "encryption method not supported",
	[0x16] = "signature method not supported",
};

#define APP_ERROR_DYNAMIC 0xF0

const char *mg_app_error_text(int code)
{
	if (code == APP_ERROR_DYNAMIC) {
		return "dynamic application error";
	}
	bool listed = code >= 0 && (size_t)code < sizeof(app_errors) / sizeof(app_errors[0]);
	const char *text = listed ? app_errors[code] : NULL;
	return text != NULL ? text : "reserved error code";
}
