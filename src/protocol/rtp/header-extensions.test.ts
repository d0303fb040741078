import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { extensionBlockLength, findExtension, readExtensions, writeExtensionBlock } from './header-extensions.ts';
import { extensionElements } from './testing/arbitrary.ts';
import { bytes } from '../../util/testing/bytes.ts';

const HEADER = '90 60 00 01 00 00 00 02 00 00 00 03';

describe('the one-byte form', () => {
  it('finds elements among padding (the example of RFC 8285 4.2)', () => {
    const packet = bytes(`${HEADER} be de 00 03 10 aa 21 bb bb 00 00 33 cc cc cc cc ff`);
    expect(findExtension(packet, 1)).toEqual(bytes('aa'));
    expect(findExtension(packet, 2)).toEqual(bytes('bb bb'));
    expect(findExtension(packet, 3)).toEqual(bytes('cc cc cc cc'));
    expect(findExtension(packet, 4)).toBeUndefined();
    expect(findExtension(packet, 0)).toBeUndefined();
  });

  it('stops at id 15 and at padding with a length', () => {
    const elements = [{ id: 1, value: bytes('aa') }];
    expect(readExtensions(bytes(`${HEADER} be de 00 02 10 aa f0 00 20 bb 00 00`))).toEqual(elements);
    expect(readExtensions(bytes(`${HEADER} be de 00 02 10 aa 01 00 20 bb 00 00`))).toEqual(elements);
  });

  it('stops at an element that runs out of the block', () => {
    const packet = bytes(`${HEADER} be de 00 01 10 aa 21 bb bb bb bb`);
    expect(readExtensions(packet)).toEqual([{ id: 1, value: bytes('aa') }]);
    expect(findExtension(packet, 2)).toBeUndefined();
  });
});

describe('the two-byte form', () => {
  it('finds elements of any length (the example of RFC 8285 4.3)', () => {
    const packet = bytes(`${HEADER} 10 00 00 03 01 00 02 01 bb 00 03 04 cc cc cc cc`);
    expect(findExtension(packet, 1)).toEqual(new Uint8Array(0));
    expect(findExtension(packet, 2)).toEqual(bytes('bb'));
    expect(findExtension(packet, 3)).toEqual(bytes('cc cc cc cc'));
  });

  it('ignores the application bits and takes id 15', () => {
    expect(findExtension(bytes(`${HEADER} 10 0f 00 01 0f 02 aa bb`), 15)).toEqual(bytes('aa bb'));
  });

  it('stops at an element without a length', () => {
    expect(readExtensions(bytes(`${HEADER} 10 00 00 01 01 01 aa 02`))).toEqual([{ id: 1, value: bytes('aa') }]);
  });
});

describe('findExtension', () => {
  it('finds behind CSRCs', () => {
    const packet = bytes('91 60 00 01 00 00 00 02 00 00 00 03 00 00 00 09 be de 00 01 51 12 34 00');
    expect(findExtension(packet, 5)).toEqual(bytes('12 34'));
  });

  it('shares memory with the packet', () => {
    const packet = bytes(`${HEADER} be de 00 01 51 12 34 00`);
    expect(findExtension(packet, 5)?.buffer).toBe(packet.buffer);
  });

  it.each([
    ['no extension', '80 60 00 01 00 00 00 02 00 00 00 03 be de 00 01 10 aa 00 00'],
    ['another profile', `${HEADER} ab cd 00 01 10 aa 00 00`],
    ['a block beyond the packet', `${HEADER} be de 00 02 10 aa 00 00`],
    ['nothing behind the header', HEADER],
    ['no bytes', ''],
  ])('finds nothing in a packet with %s', (_, hex) => {
    expect(findExtension(bytes(hex), 1)).toBeUndefined();
    expect(readExtensions(bytes(hex))).toEqual([]);
  });

  it('never throws, and agrees with readExtensions', () => {
    const profile = fc.constantFrom(0xbe, 0x10);
    const packets = fc.tuple(profile, fc.nat(12), fc.uint8Array({ maxLength: 48 })).map(([first, words, random]) => {
      return Uint8Array.of(...bytes(HEADER), first, first === 0xbe ? 0xde : 0, 0, words, ...random);
    });
    fc.assert(
      fc.property(fc.oneof(packets, fc.uint8Array({ maxLength: 48 })), fc.nat(255), (packet, id) => {
        const first = readExtensions(packet).find((element) => element.id === id);
        expect(findExtension(packet, id)).toEqual(first?.value);
      }),
    );
  });
});

describe('writeExtensionBlock', () => {
  it('pads the one-byte form to whole words', () => {
    const packet = new Uint8Array(12).fill(0xff);
    const end = writeExtensionBlock(packet, 0, [
      { id: 1, value: bytes('aa') },
      { id: 14, value: bytes('bb bb') },
    ]);
    expect(end).toBe(12);
    expect(packet).toEqual(bytes('be de 00 02 10 aa e1 bb bb 00 00 00'));
  });

  it('turns to the two-byte form for a long value, an empty one or a high id', () => {
    expect(extensionBlockLength([{ id: 1, value: new Uint8Array(16) }])).toBe(4 + 20);
    const packet = new Uint8Array(8);
    expect(writeExtensionBlock(packet, 0, [{ id: 15, value: bytes('aa bb') }])).toBe(8);
    expect(packet).toEqual(bytes('10 00 00 01 0f 02 aa bb'));
    writeExtensionBlock(packet, 0, [{ id: 1, value: new Uint8Array(0) }]);
    expect(packet).toEqual(bytes('10 00 00 01 01 00 00 00'));
    expect(extensionBlockLength([{ id: 1, value: new Uint8Array(17) }])).toBe(4 + 20);
  });

  it('writes nothing for no elements', () => {
    expect(extensionBlockLength([])).toBe(0);
    expect(writeExtensionBlock(new Uint8Array(0), 0, [])).toBe(0);
  });

  it('is undone by reading', () => {
    fc.assert(
      fc.property(extensionElements(), (elements) => {
        const packet = new Uint8Array(12 + extensionBlockLength(elements)).fill(0xff);
        packet.set(bytes(HEADER));
        writeExtensionBlock(packet, 12, elements);
        expect(elements.length === 0 ? [] : readExtensions(packet)).toEqual(elements);
      }),
    );
  });
});
