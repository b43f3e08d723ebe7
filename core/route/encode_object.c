/* SPDX-License-Identifier: MIT */
/* Walks through a reading and names its parts; docs/readings.md describes the keys. */
#include "route/encode_object.h"

#include "route/encode_value.h"

static void put_string(
		struct encode_writer *writer, struct encode_key key, const char *text)
{
	if (text == NULL) {
		writer->style->nothing(writer, key);
	} else {
		writer->style->string(writer, key, text);
	}
}

/* Leaves the key out when there is nothing to say. */
static void put_if_set(
		struct encode_writer *writer, struct encode_key key, const char *text)
{
	if (text != NULL && *text != '\0') {
		writer->style->string(writer, key, text);
	}
}

static void put_count(struct encode_writer *writer, struct encode_key key, uint64_t value)
{
	writer->style->count(writer, key, value);
}

static void put_truth(struct encode_writer *writer, struct encode_key key, bool value)
{
	writer->style->truth(writer, key, value);
}

static void put_hex(
		struct encode_writer *writer, struct encode_key key, struct mg_bytes bytes)
{
	writer->style->hex(writer, key, bytes);
}

static void put_strings(struct encode_writer *writer, struct encode_key key,
		const char *const *texts, uint32_t count)
{
	writer->style->open_array(writer, key, count);
	for (uint32_t i = 0; i < count; i++) {
		writer->style->string(writer, ENCODE_NO_KEY, texts[i]);
	}
	writer->style->close_array(writer);
}

static void put_nonzero(
		struct encode_writer *writer, struct encode_key key, uint64_t value)
{
	if (value != 0) {
		put_count(writer, key, value);
	}
}

static void put_tags(struct encode_writer *writer, const struct mg_reading *reading)
{
	if (reading->tag_count == 0) {
		return;
	}
	writer->style->open_map(writer, ENCODE_KEY("tags"));
	for (uint32_t i = 0; i < reading->tag_count; i++) {
		writer->style->tag(writer, reading->tags[i].key, reading->tags[i].value);
	}
	writer->style->close_map(writer);
}

static void put_head(struct encode_writer *writer, const struct mg_reading *reading)
{
	char time[ENCODE_TIME_SIZE];
	put_count(writer, ENCODE_KEY("schema"), MG_READING_SCHEMA);
	put_string(writer, ENCODE_KEY("type"), reading->type);
	put_if_set(writer, ENCODE_KEY("gateway"), reading->gateway);
	put_nonzero(writer, ENCODE_KEY("run"), reading->run);
	put_nonzero(writer, ENCODE_KEY("seq"), reading->seq);
	put_nonzero(writer, ENCODE_KEY("device_seq"), reading->device_seq);
	if (reading->time != 0) {
		put_if_set(
				writer, ENCODE_KEY("time"), encode_value_time(reading->time, true, time));
	}
	put_if_set(writer, ENCODE_KEY("bus"), reading->bus);
	put_if_set(writer, ENCODE_KEY("device"), reading->device);
	put_if_set(writer, ENCODE_KEY("label"), reading->label);
	put_tags(writer, reading);
}

static void put_identity(struct encode_writer *writer, const struct mg_meter *meter)
{
	if ((meter->has & MG_METER_ID) != 0) {
		put_string(writer, ENCODE_KEY("id"), meter->id);
	}
	if ((meter->has & MG_METER_MANUFACTURER) != 0) {
		put_string(writer, ENCODE_KEY("manufacturer"), meter->manufacturer);
		put_if_set(writer, ENCODE_KEY("manufacturer_name"), meter->manufacturer_name);
		put_count(writer, ENCODE_KEY("version"), meter->version);
	}
	if ((meter->has & MG_METER_MEDIUM) != 0) {
		put_string(writer, ENCODE_KEY("medium"), meter->medium);
		put_count(writer, ENCODE_KEY("medium_code"), meter->medium_code);
	}
}

static void put_meter(struct encode_writer *writer, const struct mg_meter *meter)
{
	if (meter->has == 0) {
		return;
	}
	writer->style->open_map(writer, ENCODE_KEY("meter"));
	put_identity(writer, meter);
	if ((meter->has & MG_METER_ADDRESS) != 0) {
		put_count(writer, ENCODE_KEY("address"), meter->address);
		put_count(writer, ENCODE_KEY("ci"), meter->ci);
	}
	if ((meter->has & MG_METER_STATUS) != 0) {
		put_count(writer, ENCODE_KEY("access"), meter->access);
		put_count(writer, ENCODE_KEY("status"), meter->status);
		put_strings(writer, ENCODE_KEY("status_flags"), meter->status_flags,
				meter->status_flag_count);
	}
	if ((meter->has & MG_METER_SIGNATURE) != 0) {
		put_count(writer, ENCODE_KEY("signature"), meter->signature);
	}
	if ((meter->has & MG_METER_SECURITY) != 0) {
		put_count(writer, ENCODE_KEY("security_mode"), meter->security_mode);
	}
	writer->style->close_map(writer);
}

static void put_value(struct encode_writer *writer, const struct encode_value *value)
{
	struct encode_key key = ENCODE_KEY("value");
	switch (value->kind) {
	case ENCODE_DECIMAL:
		writer->style->decimal(writer, key, value->mantissa, value->exponent);
		break;
	case ENCODE_WIDE:
		writer->style->wide(writer, key, value->text);
		break;
	case ENCODE_STRING:
		writer->style->string(writer, key, value->text);
		break;
	case ENCODE_BYTES:
		writer->style->hex(writer, key, value->bytes);
		break;
	default:
		writer->style->nothing(writer, key);
	}
}

static void put_record_flags(struct encode_writer *writer, uint32_t flags)
{
	static const struct {
		uint32_t flag;
		struct encode_key key;
	} rows[] = {
		{ MG_RECORD_VENDOR, ENCODE_KEY_ROW("vendor") },
		{ MG_RECORD_SUMMER, ENCODE_KEY_ROW("summer") },
		{ MG_RECORD_AMBIGUOUS, ENCODE_KEY_ROW("ambiguous") },
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if ((flags & rows[i].flag) != 0) {
			put_truth(writer, rows[i].key, true);
		}
	}
}

/* What is said only of records that are not quite ordinary. */
static void put_record_rest(
		struct encode_writer *writer, const struct mg_record *record, bool raw)
{
	bool good = record->quality == MG_QUALITY_GOOD;
	put_record_flags(writer, record->flags);
	if (!good) {
		put_string(writer, ENCODE_KEY("quality"), encode_value_quality(record->quality));
		put_if_set(writer, ENCODE_KEY("reason"), record->reason);
		put_if_set(writer, ENCODE_KEY("shown"), record->text);
	}
	if (!good || raw || (record->flags & MG_RECORD_VENDOR) != 0) {
		put_hex(writer, ENCODE_KEY("data"), record->data);
	}
}

static void put_record(struct encode_writer *writer, const struct mg_record *record,
		const struct encode_options *options)
{
	struct encode_value value = encode_value_of(record, options);
	writer->style->open_map(writer, ENCODE_NO_KEY);
	put_string(writer, ENCODE_KEY("name"), record->name);
	put_string(writer, ENCODE_KEY("function"), encode_value_function(record->function));
	put_count(writer, ENCODE_KEY("storage"), record->storage);
	put_count(writer, ENCODE_KEY("tariff"), record->tariff);
	put_count(writer, ENCODE_KEY("subunit"), record->subunit);
	put_string(writer, ENCODE_KEY("quantity"), record->quantity);
	put_string(writer, ENCODE_KEY("unit"), value.unit);
	put_value(writer, &value);
	put_strings(
			writer, ENCODE_KEY("modifiers"), record->modifiers, record->modifier_count);
	put_hex(writer, ENCODE_KEY("dib"), record->dib);
	put_hex(writer, ENCODE_KEY("vib"), record->vib);
	put_string(writer, ENCODE_KEY("coding"), record->coding);
	put_record_rest(writer, record, options->raw);
	writer->style->close_map(writer);
}

static void put_records(struct encode_writer *writer, const struct mg_reading *reading,
		const struct encode_options *options)
{
	writer->style->open_array(writer, ENCODE_KEY("records"), reading->record_count);
	for (uint32_t i = 0; i < reading->record_count; i++) {
		put_record(writer, mg_reading_record(reading, i), options);
	}
	writer->style->close_array(writer);
	put_truth(writer, ENCODE_KEY("more_records_follow"),
			(reading->flags & MG_READING_MORE) != 0);
}

static void put_errors(struct encode_writer *writer, const struct mg_reading *reading)
{
	if (reading->error != NULL) {
		put_string(writer, ENCODE_KEY("error"), reading->error);
		/* A partial reading without an offset lacks a whole telegram, not a byte. */
		if (reading->error_offset > 0 || (reading->flags & MG_READING_PARTIAL) == 0) {
			put_count(writer, ENCODE_KEY("error_offset"), reading->error_offset);
		}
	}
	if (reading->app_error >= 0) {
		put_count(writer, ENCODE_KEY("app_error"), (uint64_t)reading->app_error);
	}
	if (reading->alarm >= 0) {
		put_count(writer, ENCODE_KEY("alarm"), (uint64_t)reading->alarm);
	}
}

static void put_flags(struct encode_writer *writer, uint32_t flags)
{
	static const struct {
		uint32_t flag;
		const char *name;
	} rows[] = {
		{ MG_READING_UNSYNCED, "unsynced" },
		{ MG_READING_PARTIAL, "partial" },
		{ MG_READING_MODE2, "mode2" },
	};
	const char *names[sizeof(rows) / sizeof(rows[0])];
	uint32_t count = 0;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if ((flags & rows[i].flag) != 0) {
			names[count++] = rows[i].name;
		}
	}
	if (count > 0) {
		put_strings(writer, ENCODE_KEY("flags"), names, count);
	}
}

static void put_telegrams(struct encode_writer *writer, const struct mg_reading *reading)
{
	writer->style->open_array(writer, ENCODE_KEY("telegrams"), reading->telegram_count);
	for (uint32_t i = 0; i < reading->telegram_count; i++) {
		writer->style->hex(writer, ENCODE_NO_KEY, reading->telegrams[i]);
	}
	writer->style->close_array(writer);
}

void encode_object_write(struct encode_writer *writer, const struct mg_reading *reading,
		const struct encode_options *options)
{
	writer->style->open_map(writer, ENCODE_NO_KEY);
	put_head(writer, reading);
	if (encode_value_is_reading(reading)) {
		put_meter(writer, &reading->meter);
		put_records(writer, reading, options);
		put_errors(writer, reading);
	}
	put_if_set(writer, ENCODE_KEY("message"), reading->message);
	put_flags(writer, reading->flags);
	if (options->raw && reading->telegram_count > 0) {
		put_telegrams(writer, reading);
	}
	writer->style->close_map(writer);
}
