"""Every request that a disk was given, and what is on it when the power goes at one of them.

The log is in the format of Linux's dm-log-writes (Documentation/admin-guide/device-mapper/log-writes.rst), as qemu's blklogwrites writes it: a superblock, then for each request
an entry and, behind a write's, its data. All numbers are little-endian; each part begins on a sector of its own.
"""

import mmap
import struct

MAGIC = 0x6A736677736872
FLUSH, FUA, DISCARD, MARK = 1, 2, 4, 8
# Disks write a block of this size whole or not at all; a request of several may be cut between them.
BLOCK = 4096


class Request:
    """A write of `length` octets at `offset`, or a flush without any."""

    def __init__(self, flags, offset, start, length):
        self.flags, self.offset, self.start, self.length = flags, offset, start, length


class Log:
    def __init__(self, path):
        with open(path, "rb") as file:
            self.octets = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        magic, version, count, sector = struct.unpack_from("<QQQI", self.octets)
        assert (magic, version) == (MAGIC, 1), (hex(magic), version)
        self.requests, at = [], sector
        for _ in range(count):
            offset, sectors, flags, _ = struct.unpack_from("<QQQQ", self.octets, at)
            assert not flags & (DISCARD | MARK), flags
            at += sector
            self.requests.append(Request(flags, offset * sector, at, sectors * sector))
            at += sectors * sector

    def data(self, request):
        return self.octets[request.start:request.start + request.length]


class Disk:
    """Follows the log: what is durable, and what was written since the last flush and may or may not be."""

    def __init__(self, log, image):
        self.log, self.at, self.unflushed = log, 0, []
        with open(image, "rb") as file:
            self.durable = bytearray(file.read())

    def follow(self, to):
        """The first `to` requests were made."""
        while self.at < to:
            request = self.log.requests[self.at]
            if request.flags & FLUSH:
                self.put(self.durable, self.unflushed)
                self.unflushed = []
            if request.length:
                blocks = list(self.blocks(request))
                if request.flags & FUA:
                    self.put(self.durable, blocks)
                else:
                    self.unflushed += blocks
            self.at += 1

    def blocks(self, request):
        data = self.log.data(request)
        for at in range(0, len(data), BLOCK):
            yield request.offset + at, data[at:at + BLOCK]

    @staticmethod
    def put(image, blocks):
        for offset, data in blocks:
            image[offset:offset + len(data)] = data

    def cut(self, which, chance, size):
        """The disk as the power cut leaves it: of the unflushed blocks none, all, or some by chance, in the order of the log."""
        kept = {"none": lambda: [], "all": lambda: self.unflushed, "some": lambda: [b for b in self.unflushed if chance.random() < 0.5]}[which]()
        image = self.durable
        if kept:
            image = bytearray(image)
            self.put(image, kept)
        return image[:size]


def marks(log, at):
    """(index, name, lines) of each acknowledgement: written past the end of the file system, from `at` on. The index is that of the request behind it."""
    area = bytearray(1 << 20)
    for index, request in enumerate(log.requests):
        if request.length and request.offset >= at:
            area[request.offset - at:request.offset - at + request.length] = log.data(request)
            lines = area.split(b"\0", 1)[0].decode().splitlines()
            # One that is longer than a request comes in parts; the rest of the one before is cut off by its first zero.
            if len(lines) > 1 and lines[0].startswith("mark ") and lines[-1] == "end " + lines[0][5:]:
                yield index + 1, lines[0][5:], lines[1:-1]
