/* SPDX-License-Identifier: MIT */
/* Checks the keys of messages by the published example of CEN/TR 17167. */
#include "secure_bench.h"

#include "secure/secure_private.h"

static const struct mg_telegram telegram = { .header = MG_HEADER_SHORT,
	.afl = { .has_counter = true, .counter = 2739 } };

static enum mg_fault derive(const struct mg_identity *identity,
		const struct secure_message *message, enum secure_use use, struct secure_key *key)
{
	const struct secure_key master = secure_bench_key(SECURE_BENCH_KEY);
	const struct secure_job job = {
		.telegram = &telegram, .key = &master, .identity = identity
	};
	return secure_derive_key(&job, message, use, key);
}

static void assert_key(
		const struct secure_message *message, enum secure_use use, const char *hex)
{
	struct secure_key key;
	const struct secure_key expected = secure_bench_key(hex);
	assert_int_equal(derive(&secure_bench_meter, message, use, &key), MG_FAULT_NONE);
	assert_memory_equal(&key, &expected, sizeof(key));
}

static void kdf_a_makes_the_keys_of_the_example(void **state)
{
	(void)state;
	const struct secure_message message = {
		.kdf = 1, .has_counter = true, .counter = 2739
	};
	assert_key(&message, SECURE_USE_ENCRYPT, "ECCF39D475D730B8284FDFDC1995D52F");
	assert_key(&message, SECURE_USE_MAC, "C9CD19FF5A9AAD5A6BBDA13BD2C4C7AD");
}

/* Another published example, with a counter of three bytes: low byte first. */
static void all_of_the_counter_counts(void **state)
{
	(void)state;
	const struct secure_message message = {
		.kdf = 1, .has_counter = true, .counter = 939916
	};
	assert_key(&message, SECURE_USE_ENCRYPT, "01198902A55CD9072555A86DAE148828");
}

static void without_derivation_the_key_is_that_of_the_meter(void **state)
{
	(void)state;
	const struct secure_message message = { .kdf = 0 };
	struct secure_key key;
	assert_key(&message, SECURE_USE_ENCRYPT, SECURE_BENCH_KEY);
	assert_key(&message, SECURE_USE_MAC, SECURE_BENCH_KEY);
	assert_int_equal(derive(NULL, &message, SECURE_USE_MAC, &key), MG_FAULT_NONE);
}

static void what_cannot_be_derived_is_told_apart(void **state)
{
	(void)state;
	struct secure_key key;
	struct secure_message message = { .kdf = 1, .has_counter = true };
	assert_int_equal(
			derive(NULL, &message, SECURE_USE_MAC, &key), MG_FAULT_IDENTITY_NEEDED);
	message.has_counter = false;
	assert_int_equal(derive(&secure_bench_meter, &message, SECURE_USE_MAC, &key),
			MG_FAULT_SECURITY_UNSUPPORTED);
	message.has_counter = true;
	for (message.kdf = 2; message.kdf < 4; message.kdf++) {
		assert_int_equal(derive(&secure_bench_meter, &message, SECURE_USE_MAC, &key),
				MG_FAULT_SECURITY_UNSUPPORTED);
	}
}

static void the_extension_names_the_function(void **state)
{
	(void)state;
	assert_int_equal(secure_derive_kdf(0x00), 0);
	assert_int_equal(secure_derive_kdf(0xDF), 1);
	assert_int_equal(secure_derive_kdf(0x20), 2);
	assert_int_equal(secure_derive_kdf(0xFF), 3);
}

static void the_own_counter_comes_before_that_of_the_afl(void **state)
{
	(void)state;
	const struct mg_telegram none = { .header = MG_HEADER_LONG };
	struct secure_job job = { .telegram = &telegram };
	struct secure_message message;
	secure_derive_counter(&job, (const uint8_t *)"\x11\x22\x33\xC4", &message);
	assert_true(message.has_counter);
	assert_int_equal(message.counter, 0xC4332211);
	secure_derive_counter(&job, NULL, &message);
	assert_true(message.has_counter);
	assert_int_equal(message.counter, 2739);
	job.telegram = &none;
	secure_derive_counter(&job, NULL, &message);
	assert_false(message.has_counter);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(kdf_a_makes_the_keys_of_the_example),
		cmocka_unit_test(all_of_the_counter_counts),
		cmocka_unit_test(without_derivation_the_key_is_that_of_the_meter),
		cmocka_unit_test(what_cannot_be_derived_is_told_apart),
		cmocka_unit_test(the_extension_names_the_function),
		cmocka_unit_test(the_own_counter_comes_before_that_of_the_afl),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
