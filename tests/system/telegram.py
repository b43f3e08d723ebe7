# SPDX-License-Identifier: MIT
"""Long frames of EN 13757-2 around data that a test wrote down by hand."""


def long_frame(c, a, ci, data):
    """Start, length twice, C, A, CI, data, checksum and stop, as hex digits."""
    body = bytes([c, a, ci]) + bytes.fromhex(data)
    frame = bytes([0x68, len(body), len(body), 0x68]) + body + bytes([sum(body) & 0xFF, 0x16])
    return frame.hex().upper()
