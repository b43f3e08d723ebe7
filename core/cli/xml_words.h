/* SPDX-License-Identifier: MIT */
/* The texts that programs know from libmbus, for our quantities, units and media. */
#ifndef CLI_XML_WORDS_H
#define CLI_XML_WORDS_H

#include <stddef.h>
#include <stdint.h>

#define XML_WORDS_SIZE 64

/* What stands in <Quantity>, <Unit> and <Medium>. Where there is no text of libmbus it is
   ours; `text` lends the memory for it. */
const char *xml_words_quantity(const char *quantity, char text[XML_WORDS_SIZE]);
const char *xml_words_unit(const char *unit);
const char *xml_words_medium(const char *medium, uint8_t code, char text[XML_WORDS_SIZE]);
/* The medium of a fixed structure, 0 to 15. */
const char *xml_words_fixed_medium(uint8_t code);

/* The unit of a counter of the fixed structure, "10 kWh", for values of 10^exponent
   `unit`. */
const char *xml_words_fixed_unit(const char *quantity, const char *unit, int32_t exponent,
		char text[XML_WORDS_SIZE]);

#endif
