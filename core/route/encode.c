/* SPDX-License-Identifier: MIT */
/* Chooses the format, and serves plugins that ask for bytes. */
#include "route/encode.h"

#include <stdlib.h>

#include "route/encode_buffer.h"
#include "route/encode_csv.h"
#include "route/encode_json.h"
#include "route/encode_msgpack.h"
#include "route/encode_text.h"

typedef void (*write_fn)(struct encode_buffer *buffer, const struct mg_reading *reading,
		const struct encode_options *options);

void encode_finish(struct encode_buffer *buffer)
{
	if (buffer != NULL) {
		free(buffer->data);
		*buffer = (struct encode_buffer){ 0 };
	}
}

static void write_csv_header(struct encode_buffer *buffer,
		const struct mg_reading *reading, const struct encode_options *options)
{
	(void)reading;
	(void)options;
	encode_csv_header(buffer);
}

static write_fn writer_of(enum mg_format format)
{
	static const write_fn writers[] = {
		[MG_FORMAT_JSON] = encode_json_write,
		[MG_FORMAT_MSGPACK] = encode_msgpack_write,
		[MG_FORMAT_TEXT] = encode_text_write,
		[MG_FORMAT_CSV] = encode_csv_write,
		[MG_FORMAT_CSV_HEADER] = write_csv_header,
	};
	size_t index = (size_t)format;
	return index < sizeof(writers) / sizeof(writers[0]) ? writers[index] : NULL;
}

bool encode_reading(struct encode_buffer *buffer, enum mg_format format,
		const struct mg_reading *reading, const struct encode_options *options)
{
	static const struct encode_options neither = { 0 };
	write_fn write = writer_of(format);
	buffer->length = 0;
	buffer->failed = false;
	encode_buffer_text(buffer, "");
	if (write != NULL && !buffer->failed) {
		write(buffer, reading, options == NULL ? &neither : options);
	}
	if (write == NULL || buffer->failed) {
		encode_finish(buffer);
		return false;
	}
	return true;
}

void encode_free(void *buffer)
{
	encode_finish(buffer);
	free(buffer);
}

static const void *encode_with(void **buffer, enum mg_format format,
		const struct mg_reading *reading, size_t *length,
		const struct encode_options *options)
{
	struct encode_buffer *kept = *buffer;
	*length = 0;
	if (kept == NULL) {
		kept = calloc(1, sizeof(*kept));
		*buffer = kept;
	}
	if (kept == NULL || !encode_reading(kept, format, reading, options)) {
		return NULL;
	}
	*length = kept->length;
	return kept->data;
}

const void *encode_for_host(void **buffer, enum mg_format format,
		const struct mg_reading *reading, size_t *length)
{
	return encode_with(buffer, format, reading, length, NULL);
}

static const void *encode_raw(void **buffer, enum mg_format format,
		const struct mg_reading *reading, size_t *length)
{
	static const struct encode_options options = { .raw = true };
	return encode_with(buffer, format, reading, length, &options);
}

static const void *encode_common(void **buffer, enum mg_format format,
		const struct mg_reading *reading, size_t *length)
{
	static const struct encode_options options = { .common_units = true };
	return encode_with(buffer, format, reading, length, &options);
}

static const void *encode_raw_common(void **buffer, enum mg_format format,
		const struct mg_reading *reading, size_t *length)
{
	static const struct encode_options options = { .raw = true, .common_units = true };
	return encode_with(buffer, format, reading, length, &options);
}

host_encode_fn encode_for_options(const struct encode_options *options)
{
	static const host_encode_fn functions[2][2] = {
		{ encode_for_host, encode_common },
		{ encode_raw, encode_raw_common },
	};
	return functions[options->raw][options->common_units];
}
