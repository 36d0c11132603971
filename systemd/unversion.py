#!/usr/bin/env python3
"""systemd/unversion.py LIBRARY PROGRAM...: lets programs use a library with any symbol versions, or none.

Distributions version the symbols of libcurl differently. A program that was linked against one of them requires its versions, and
the loader warns or refuses where there are others. This removes the required versions of one library (its entry in the table
DT_VERNEED) from 64-bit ELF files in place; those of all other libraries are kept.
"""

import struct
import sys

VERNEED, VERNEED_COUNT = 0x6FFFFFFE, 0x6FFFFFFF
ANY_VERSION = 1


def sections(data):
    """The sections by name: offset in the file, size, and offset of the header."""
    (table,), (size, count, names) = struct.unpack_from("<Q", data, 0x28), struct.unpack_from("<HHH", data, 0x3A)
    headers = [table + size * index for index in range(count)]
    texts = struct.unpack_from("<Q", data, headers[names] + 0x18)[0]

    def name(header):
        start = texts + struct.unpack_from("<I", data, header)[0]
        return data[start : data.index(0, start)].decode()

    return {name(header): (*struct.unpack_from("<QQ", data, header + 0x18), header) for header in headers}


def unversion(data, library):
    """Removes the required versions of the library; returns their names."""
    found = sections(data)
    needs, strings = found[".gnu.version_r"][0], found[".dynstr"][0]
    place, before, versions, removed = needs, None, set(), []

    def text(offset):
        return data[strings + offset : data.index(0, strings + offset)].decode()

    while True:
        _, count, file, first, following = struct.unpack_from("<HHIII", data, place)
        if text(file) == library:
            break
        if following == 0:
            return []
        before, place = place, place + following
    auxiliary = place + first
    for _ in range(count):
        _, _, index, name, step = struct.unpack_from("<IHHII", data, auxiliary)
        versions.add(index)
        removed.append(text(name))
        auxiliary += step

    # The previous entry now leads to the next one; without a previous entry, the table begins later.
    if before is not None:
        step = place + following - before if following else 0
        struct.pack_into("<I", data, before + 12, step)
    offset, size, _ = found[".dynamic"]
    for entry in range(offset, offset + size, 16):
        tag, value = struct.unpack_from("<QQ", data, entry)
        if tag == VERNEED_COUNT:
            struct.pack_into("<Q", data, entry + 8, value - 1)
        elif tag == VERNEED and before is None:
            struct.pack_into("<Q", data, entry + 8, value + following)
    header = found[".gnu.version_r"][2]
    struct.pack_into("<I", data, header + 0x2C, struct.unpack_from("<I", data, header + 0x2C)[0] - 1)
    if before is None:
        for field in (0x10, 0x18):
            struct.pack_into("<Q", data, header + field, struct.unpack_from("<Q", data, header + field)[0] + following)

    offset, size, _ = found[".gnu.version"]
    for entry in range(offset, offset + size, 2):
        if struct.unpack_from("<H", data, entry)[0] & 0x7FFF in versions:
            struct.pack_into("<H", data, entry, ANY_VERSION)
    return removed


def main():
    if len(sys.argv) < 3:
        sys.exit("unversion.py: usage: systemd/unversion.py LIBRARY PROGRAM...")
    for path in sys.argv[2:]:
        with open(path, "r+b") as file:
            data = bytearray(file.read())
            if data[:6] != b"\x7fELF\x02\x01":
                sys.exit(f"unversion.py: {path} should be a 64-bit little-endian ELF file")
            if unversion(data, sys.argv[1]):
                file.seek(0)
                file.write(data)


if __name__ == "__main__":
    main()
