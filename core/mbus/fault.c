/* SPDX-License-Identifier: MIT */
/* Says in words, and in one stable word, why bytes were refused. */
#include <metergate/mbus.h>

struct fault_words {
	const char *name;
	const char *text;
};

/* clang-format off */
static const struct fault_words faults[] = {
	[MG_FAULT_NONE] = { "none", "no fault" },
	[MG_FAULT_END] = { "end", "no further record" },
	[MG_FAULT_INCOMPLETE] = { "incomplete", "the frame is not complete" },
	[MG_FAULT_START] = { "start-byte", "no frame begins with this byte" },
	[MG_FAULT_LENGTH_DIFFERS] = { "length-differs", "the two length fields differ" },
	[MG_FAULT_LENGTH_SHORT] = { "length-short", "the length field is below 3" },
	[MG_FAULT_SECOND_START] = { "second-start-byte", "the fourth byte is not 68h" },
	[MG_FAULT_STOP] = { "stop-byte", "the last byte is not 16h" },
	[MG_FAULT_CHECKSUM] = { "checksum", "checksum wrong" },
	[MG_FAULT_SURPLUS] = { "surplus", "bytes follow the end of the frame" },
	[MG_FAULT_NOT_A_RESPONSE] = { "not-a-response", "this frame carries no data" },
	[MG_FAULT_CI_UNSUPPORTED] = { "ci-unsupported", "the CI field is not supported" },
	[MG_FAULT_HEADER_SHORT] = { "header-short", "the data end inside the header" },
	[MG_FAULT_FIXED_LENGTH] = { "fixed-length",
			"a fixed data structure must have exactly 16 bytes" },
	[MG_FAULT_FRAGMENT] = { "fragment",
			"a part of a message in fragments, which are not put together" },
	[MG_FAULT_FORMAT_UNKNOWN] = { "format-unknown",
			"compact frame, and no full telegram of this format came before" },
	[MG_FAULT_FORMAT_CRC] = { "format-crc",
			"a compact frame that does not fit the format it names, or a format frame "
			"with the signature of another" },
	[MG_FAULT_ENCRYPTED] = { "encrypted", "encrypted, key needed" },
	[MG_FAULT_KEY_WRONG] = { "key-wrong",
			"decryption failed: the key does not fit, or the telegram is damaged" },
	[MG_FAULT_PLAIN] = { "plain", "plain text although a key is set for this meter" },
	[MG_FAULT_IDENTITY_NEEDED] = { "identity-needed",
			"encrypted, and without the meter's identity, which decryption needs: its "
			"whole secondary address has to be known" },
	[MG_FAULT_SECURITY_UNSUPPORTED] = { "security-unsupported",
			"encrypted in a way that is not supported" },
	[MG_FAULT_PREMATURE_END] = { "premature-end", "the telegram ends inside a record" },
	[MG_FAULT_DIF_RESERVED] = { "dif-reserved", "a reserved DIF" },
	[MG_FAULT_DIFE_LIMIT] = { "dife-limit", "an eleventh DIFE" },
	[MG_FAULT_VIFE_LIMIT] = { "vife-limit", "an eleventh byte after the VIF" },
	[MG_FAULT_LVAR_RESERVED] = { "lvar-reserved", "a reserved LVAR code" },
};
/* clang-format on */

static const struct fault_words *words_of(enum mg_fault fault)
{
	static const struct fault_words unknown = { "unknown", "unknown fault" };
	size_t index = (size_t)fault;
	return index < sizeof(faults) / sizeof(faults[0]) ? &faults[index] : &unknown;
}

const char *mg_fault_text(enum mg_fault fault)
{
	return words_of(fault)->text;
}

const char *mg_fault_name(enum mg_fault fault)
{
	return words_of(fault)->name;
}
