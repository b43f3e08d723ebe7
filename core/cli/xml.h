/* SPDX-License-Identifier: MIT */
/* Writes readings in the layout of libmbus' normalised XML; docs/decode-xml.md. */
#ifndef CLI_XML_H
#define CLI_XML_H

#include <stdio.h>

#include <metergate/reading.h>

/* One document, in UTF-8. What the reading has no value for is an empty element, and a
   comment says why. */
void xml_write(FILE *out, const struct mg_reading *reading);

#endif
