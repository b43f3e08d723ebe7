/* SPDX-License-Identifier: MIT */
/* Captures written by hand, byte by byte, as docs/capture.md has them. */
#ifndef TESTS_CAPTURE_BENCH_H
#define TESTS_CAPTURE_BENCH_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

/* 2026-03-01T12:00:00Z */
#define BENCH_START INT64_C(1772366400000000)

/* A run of the bus "cellar" at 2400 baud, 8E1. */
#define BENCH_HEAD                                                                       \
	"\x89\x4D\x47\x43\x0D\x0A\x1A\x0A\x01\x16\x00\x00\x10\xAF\x35\xF5\x4B\x06\x00"       \
	"\x60\x09\x00\x00\x08\x45\x01\x06\x63\x65\x6C\x6C\x61\x72\x4F\x59"
/* REQ_UD2 to 1, 1500 µs later. */
#define BENCH_SENT "\x01\xDC\x0B\x05\x10\x5B\x01\x5C\x16\x02\xFA"
/* ACK, 73700 µs later. */
#define BENCH_ACK "\x02\xE4\xBF\x04\x01\xE5\x48\x75"
/* 00 FF with a parity error, 10 µs later. */
#define BENCH_NOISE "\x12\x0A\x02\x00\xFF\xA5\xF8"
/* 9600 baud, at once. */
#define BENCH_LINE "\x03\x00\x07\x80\x25\x00\x00\x08\x45\x01\xA7\x80"
#define BENCH_OPENED "\x04\x00\x00\xF8\x2E"
/* 300 µs later. */
#define BENCH_CLOSED "\x05\xAC\x02\x00\x48\xA8"
/* 12 bytes, 128 µs later. */
#define BENCH_LOST "\x06\x80\x01\x08\x0C\x00\x00\x00\x00\x00\x00\x00\x14\x25"

/* The bytes of such a text, without its NUL. */
#define BENCH_BYTES(text) (const uint8_t *)(text), sizeof(text) - 1

#endif
