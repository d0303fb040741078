import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type DatagramCipher, NODE_DATAGRAM_CIPHER, TAG_BYTES } from '../protocol/pipe/datagram-cipher.ts';
import { datagramCipher } from './datagram-cipher.ts';

const cipher: DatagramCipher = datagramCipher();
const key = Uint8Array.from({ length: 16 }, (_, index) => index);
const nonce = Uint8Array.from({ length: 12 }, (_, index) => 100 + index);

/** A datagram with room for the tag. */
function datagramOf(content: Uint8Array): Uint8Array {
  const datagram = new Uint8Array(content.length + TAG_BYTES);
  datagram.set(content);
  return datagram;
}

describe('datagramCipher', () => {
  it('seals and opens the same bytes as node:crypto', () => {
    const headerAndContent = fc.tuple(fc.uint8Array({ maxLength: 20 }), fc.uint8Array({ maxLength: 2000 }));
    fc.assert(
      fc.property(headerAndContent, ([header, content]) => {
        const plain = Uint8Array.of(...header, ...content);
        const [native, node] = [datagramOf(plain), datagramOf(plain)];
        cipher.seal(key, nonce, native, header.length);
        NODE_DATAGRAM_CIPHER.seal(key, nonce, node, header.length);
        expect(native).toEqual(node);
        expect(cipher.open(key, nonce, native, header.length)).toBe(true);
        expect(NODE_DATAGRAM_CIPHER.open(key, nonce, node, header.length)).toBe(true);
        for (const opened of [native, node]) expect(opened.subarray(0, plain.length)).toEqual(plain);
      }),
    );
  });

  it.each([
    ['a header that was changed', 0],
    ['content that was changed', 12],
    ['a tag that was changed', 25],
  ])('does not open %s', (_name, index) => {
    for (const one of [cipher, NODE_DATAGRAM_CIPHER]) {
      const datagram = datagramOf(new Uint8Array(20));
      one.seal(key, nonce, datagram, 12);
      datagram[index] = (datagram[index] ?? 0) ^ 1;
      expect(one.open(key, nonce, datagram, 12)).toBe(false);
    }
  });

  it('opens nothing with another key or nonce', () => {
    const sealed = datagramOf(Uint8Array.of(1, 2, 3));
    cipher.seal(key, nonce, sealed, 1);
    expect(cipher.open(key.toReversed(), nonce, sealed.slice(), 1)).toBe(false);
    expect(cipher.open(key, nonce.toReversed(), sealed.slice(), 1)).toBe(false);
    expect(cipher.open(key, nonce, sealed.slice(), 1)).toBe(true);
  });

  it.each<[string, () => unknown]>([
    ['a key of another length', () => cipher.open(new Uint8Array(15), nonce, new Uint8Array(28), 12)],
    ['a nonce of another length', () => cipher.open(key, new Uint8Array(16), new Uint8Array(28), 12)],
    ['a datagram without room for a tag', () => cipher.open(key, nonce, new Uint8Array(15), 0)],
    ['a header that leaves no room', () => cipher.open(key, nonce, new Uint8Array(28), 13)],
    ['a header of negative length', () => cipher.open(key, nonce, new Uint8Array(28), -1)],
  ])('refuses %s', (_name, call) => {
    expect(call).toThrow();
  });
});
