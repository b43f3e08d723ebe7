/* SPDX-License-Identifier: MIT */
/* The inside of an exchange, for exchange*.c only. */
#ifndef LINK_EXCHANGE_PRIVATE_H
#define LINK_EXCHANGE_PRIVATE_H

#include "link/exchange.h"

#define EXCHANGE_START_BITS 11 /* between a request and its answer, at least */

/* Rules: what answers a request, and how long that may take. */

/* Why the frame in exchange->link does not answer the request; NONE when it does. An ACK
   does as far as nothing has come behind it. */
enum exchange_trouble exchange_rules_judge(const struct exchange *exchange);
/* True when the ACK that came may be the late one of an earlier request. */
bool exchange_rules_ack_is_stray(const struct exchange *exchange);
/* µs from the end of the request until its answer's first byte is here at the latest. */
int64_t exchange_rules_window(const struct exchange *exchange);
/* µs without a byte inside a frame until it counts as broken off. */
int64_t exchange_rules_gap(const struct exchange *exchange);
/* µs that the line has to rest after a failure, and after what nobody asked for: 33 bits,
   or a pause between two blocks. */
int64_t exchange_rules_rest(const struct exchange *exchange);
/* Until when others may answer; 0 when that is of no interest. */
int64_t exchange_rules_listen(const struct exchange *exchange);
/* Why nothing of what came is a frame. */
enum exchange_trouble exchange_rules_garbage(const struct exchange *exchange);

/* Input: from bytes to an outcome. */

/* What follows from the verdict on all that has come. */
void exchange_input_judge(
		struct exchange *exchange, enum link_verdict verdict, int64_t now);
/* The ACK has stayed alone. */
void exchange_input_settled(struct exchange *exchange, int64_t now);
/* The window is over, or the frame does not go on. */
void exchange_input_over(struct exchange *exchange, int64_t now);

/* Ends: of a try, and of all of them. */

void exchange_end_enter(
		struct exchange *exchange, enum exchange_state state, int64_t deadline);
/* Bytes that are no answer to anything came at `now`: when the last try seemed to have
   broken off they are its rest, and what is learned is how long a pause may be; unless
   they come so late that they, and what comes behind them, are of somebody else. */
void exchange_end_learn_pause(struct exchange *exchange, int64_t now);
/* Late ACKs of the exchange before that no way would hold back until now come no more. */
void exchange_end_forget_late(struct exchange *exchange, int64_t now);
/* A late ACK of the exchange before, while nothing else was asked. */
void exchange_end_late_ack(struct exchange *exchange, int64_t now);
/* For good; the line rests until `rest_until` before the next request. */
void exchange_end_finish(
		struct exchange *exchange, enum exchange_outcome outcome, int64_t rest_until);
/* Nothing came: SILENCE, or STALL. */
void exchange_end_silent(
		struct exchange *exchange, enum exchange_trouble trouble, int64_t now);
/* What came is no answer: waits until the line is free for the next try. */
void exchange_end_bad(
		struct exchange *exchange, enum exchange_trouble trouble, int64_t now);
/* And this is then; the try is counted. */
void exchange_end_drained(struct exchange *exchange, int64_t now);
void exchange_end_good(
		struct exchange *exchange, enum exchange_outcome outcome, int64_t now);
/* How long nothing may come behind bytes with these flags before the line counts as
   quiet. */
int64_t exchange_end_quiet(const struct exchange *exchange, uint32_t rx_flags);

#endif
