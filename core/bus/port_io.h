/* SPDX-License-Identifier: MIT */
/* Bytes through the descriptor of an open port. */
#ifndef BUS_PORT_IO_H
#define BUS_PORT_IO_H

#include "bus/port.h"

/* Sends one frame on an open port; what was left of the last one is dropped. True when
   the transport took all of it; otherwise user->sent or user->down follows. */
bool port_io_send(struct port *port, const uint8_t *bytes, size_t size);
/* What the transport has not taken yet of the last frame is not sent any more. */
void port_io_drop(struct port *port);
/* Bytes that the transport still holds; 0 when it does not know. */
size_t port_io_unsent(const struct port *port);
/* Whether bytes that come are read now, or stay with the system. */
void port_io_listen(struct port *port, bool listen);

/* Has bytes that come read when `bytes` (1 at least) of them are there, and the end of
   the stream at once. False when the port cannot: only the system counts, and only for
   TCP. */
bool port_io_await(struct port *port, size_t bytes);

/* Reads what has come while the port did not listen, or waited for more; gives it to
   user->received, and may lose the port. */
void port_io_look(struct port *port);

/* For port.c: finds out whether port_io_await() can be had. */
void port_io_find_mark(struct port *port);
/* For port.c: throws away what came before now; may lose the port. */
void port_io_flush(struct port *port);
/* For port.c: watches for what the port waits for; false when that lost the port. */
bool port_io_watch(struct port *port);
/* For port.c: the descriptor is readable, or writable. */
void port_io_read(struct port *port);
void port_io_write(struct port *port);

#endif
