#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""seeds.py TARGET CORPUS DATA: inputs from which a fuzz target begins."""
import os
import struct
import sys

# Indexes into the values that fuzz_calls.c knows, and of what it creates.
PAGE0, PAGE1, FRAME0, FRAME1 = 2, 3, 5, 6
CONFIG, CPU, SD = 20, 21, 22
COMMANDS = {'import': 7, 'export': 8, 'destroy': 9, 'unpack': 11, 'verify': 12, 'reset': 13,
            'prepare': 15, 'set-state': 17, 'unshare-all': 18, 'pin': 19, 'unpin': 20,
            'dump-init': 21, 'dump-state': 22, 'dump-cpu': 23, 'dump-complete': 24,
            'share': 25, 'unshare': 26, 'destroy-config': 3, 'destroy-fast': 4,
            'destroy-cpu': 6, 'query': 0, 'initialize': 1, 'create-config': 2,
            'query-keys': 27, 'attest': 28, 'add': 29, 'list': 30, 'lock': 31, 'retrieve': 32}


def create(guest, verified):
    return bytes([0, guest, verified])


def map_page(guest, page, frame):
    return bytes([1, page, frame, guest])


def host(name, first, second=0):
    return bytes([11, COMMANDS[name], 0, first, second])


def guest(name, config, page):
    # Bit 1 of the fields: offset 0x20 is set anyway; the first operand is the configuration.
    return bytes([8, COMMANDS[name], 0, config, 0, page])


def access(absolute, config, address):
    return bytes([2, absolute, config, address])


def header(config):
    return bytes([4, config])


def calls():
    start = b'\1' + create(0, 1) + map_page(0, PAGE0, FRAME0)
    resident = start + host('import', CONFIG, PAGE0)
    yield b'\0' + host('query', 0) + host('initialize', 0)
    yield resident + access(FRAME0, CONFIG, PAGE0) + access(FRAME0, 0, 0)
    yield resident + host('export', FRAME0) + host('import', CONFIG, PAGE0)
    yield resident + host('export', FRAME0) + access(FRAME0, 0, 7) + host('import', CONFIG, PAGE0)
    yield resident + host('destroy', FRAME0) + host('import', CONFIG, PAGE0)
    yield resident + map_page(0, PAGE1, FRAME0) + host('import', CONFIG, PAGE1)
    yield (resident + guest('share', CONFIG, PAGE0) + host('pin', FRAME0) +
           guest('unshare', CONFIG, PAGE0) + host('unpin', CONFIG, PAGE0) +
           guest('unshare', CONFIG, PAGE0))
    yield (resident + guest('share', CONFIG, PAGE0) + create(1, 1) + map_page(1, PAGE1, FRAME0) +
           host('import', 23, PAGE1) + host('export', FRAME0))
    yield resident + host('destroy-cpu', CPU) + host('destroy-config', CONFIG) + host('export', FRAME0)
    yield resident + host('destroy-cpu', CPU) + host('destroy-fast', CONFIG)
    yield resident + guest('share', CONFIG, PAGE0) + host('unshare-all', CONFIG) + bytes([5, 0])
    yield (b'\1' + create(0, 0) + map_page(0, PAGE0, FRAME0) + header(CONFIG) +
           host('unpack', CONFIG, PAGE0) + host('verify', CONFIG))
    yield (resident + host('dump-init', CONFIG) + header(CONFIG) + host('dump-cpu', CPU, 12) +
           host('dump-state', CONFIG, 12) + host('dump-complete', CONFIG, 12))
    for name in 'attest', 'add', 'list', 'lock', 'retrieve':
        yield resident + guest(name, CONFIG, PAGE0) + guest('lock', CONFIG, PAGE0)
    yield b'\0' + host('query-keys', 0)
    yield start + host('prepare', CONFIG) + host('reset', CPU) + host('set-state', CPU, SD)


def damage(where, offset, change, frame=b''):
    return bytes([0xc0, where]) + frame + struct.pack('>HB', offset, change)


def damages():
    """Every field of a configuration, of a CPU and of entries, between calls of all kinds."""
    start = (b'\1' + create(0, 1) + map_page(0, PAGE0, FRAME0) + map_page(0, PAGE1, FRAME1) +
             host('import', CONFIG, PAGE0) + host('import', CONFIG, PAGE1) +
             guest('share', CONFIG, PAGE1))
    after = (host('export', FRAME0) + host('import', CONFIG, PAGE0) +
             host('unshare-all', CONFIG) + guest('list', CONFIG, PAGE0) +
             bytes([2, CONFIG, CPU, SD]) + host('prepare', CONFIG) + host('reset', CPU) +
             host('dump-init', CONFIG) + host('dump-cpu', CPU, 12) +
             host('dump-state', CONFIG, 12) + host('destroy-cpu', CPU))
    for offset in [*range(0, 0xb0, 2), *range(0xb0, 0x400, 24), *range(0x400, 0x1400, 0x200)]:
        yield start + damage(0, offset, 0x81) + after
        yield start + damage(0, offset, 0x81) + host('export', FRAME0)
    for offset in range(0, 0x100, 8):
        yield start + damage(0x40, offset, 0x81) + after
    for page in range(4):
        for offset in range(0, 0x40, 4):
            yield start + damage(0x80 | page, offset, 0x81) + after
    for frame in FRAME0, FRAME1:
        for offset in range(8):
            yield start + damage(0xc0, offset, 0x81, bytes([frame])) + after
    for seed in calls():
        yield seed + damage(0, 0, 1)


def headers(data):
    for name in sorted(os.listdir(data)):
        if name.endswith('.hdr') and 'wide' not in name:
            with open(os.path.join(data, name), 'rb') as file:
                yield b'\0' + file.read()
    yield b'\1'
    for offset in (0, 11, 12, 32, 40, 48, 56, 64, 144, 224, 416, 448, 496, 624):
        yield b'\1' + struct.pack('>HB', offset, 1)


def requests(data):
    for name in sorted(os.listdir(data)):
        if name.startswith('v-') and name.endswith('.req'):
            with open(os.path.join(data, name), 'rb') as file:
                yield bytes([name.startswith('v-att')]) + file.read()
    for what in 2, 3, 6, 7:
        for number in range(4):
            yield bytes([what, number])
    for offset in (8, 12, 0x27, 0x2c, 0x30, 0x38, 0x40, 0xe0, 0x100, 0x130, 0x170):
        yield b'\3\1' + struct.pack('>HB', offset, 1)
    for offset in (8, 12, 0x27, 0x2c, 0x30, 0x38, 0x108, 0x418, 0x4b8, 0x4d8, 0x508, 0x50b, 0x50c,
                   0x538, 0x558, 0x578):
        yield b'\2\1' + struct.pack('>HB', offset, 1)


def main(target, corpus, data):
    seeds = {'fuzz_calls': calls, 'fuzz_metadata': damages, 'fuzz_header': lambda: headers(data),
             'fuzz_request': lambda: requests(data)}[target]
    for number, seed in enumerate(seeds()):
        with open(os.path.join(corpus, f'seed-{number:02}'), 'wb') as file:
            file.write(seed)


if __name__ == '__main__':
    main(*sys.argv[1:])
