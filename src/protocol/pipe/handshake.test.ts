import { describe, expect, it } from 'vitest';
import {
  DATAGRAM,
  deriveSessionKeys,
  handshakeKey,
  parseAccept,
  parseHead,
  parseHello,
  parseRefusal,
  writeAccept,
  writeHello,
  writeRefusal,
} from './handshake.ts';
import { DatagramOpener, DatagramSealer, SEALED_OVERHEAD_BYTES } from './sealed-datagram.ts';

const pipeKey = new Uint8Array(32).fill(7);
const key = handshakeKey(pipeKey);
const other = handshakeKey(new Uint8Array(32).fill(8));
const nonce = Uint8Array.from({ length: 16 }, (_, index) => index);
const hello = writeHello({ sender: 0x01020304, nonce }, key);

function flipped(bytes: Uint8Array, index: number): Uint8Array {
  const copy = bytes.slice();
  copy[index] = (copy[index] ?? 0) ^ 1;
  return copy;
}

describe('the handshake', () => {
  it('is read as it was written by who has the key', () => {
    expect(parseHello(hello, key)).toEqual({ sender: 0x01020304, nonce });
    const accept = { receiver: 0x01020304, sender: 5, nonce: nonce.toReversed() };
    const datagram = writeAccept(accept, hello, key);
    expect(parseAccept(datagram, hello, key)).toEqual(accept);
    expect(datagram.length).toBeLessThanOrEqual(hello.length);
    expect(parseAccept(datagram, flipped(hello, 8), key)).toBeUndefined();
    expect(parseAccept(datagram, hello, other)).toBeUndefined();
  });

  it('notices every change on the way', () => {
    for (let index = 2; index < hello.length; index++) expect(parseHello(flipped(hello, index), key)).toBe('key');
    expect(parseHello(flipped(hello, 0), key)).toBeUndefined();
    expect(parseHello(flipped(hello, 1), key)).toBeUndefined();
    expect(parseHello(hello.subarray(1), key)).toBeUndefined();
    expect(parseHello(hello, other)).toBe('key');
  });

  it('refuses in a form that later versions can read', () => {
    const refusal = { receiver: 9, reason: 'version', supportedVersion: 3 } as const;
    const datagram = writeRefusal(refusal);
    expect(parseRefusal(datagram)).toEqual(refusal);
    datagram[0] = 200;
    expect(parseRefusal(datagram)).toEqual(refusal);
    expect(parseRefusal(flipped(datagram, 6))).toBeUndefined();
    expect(parseHead(datagram)).toEqual({ version: 200, type: DATAGRAM.refusal, session: 9 });
    expect(parseHead(datagram.subarray(0, 5))).toBeUndefined();
  });

  it('gives each session and direction keys of its own', () => {
    const keys = [
      deriveSessionKeys(pipeKey, nonce, nonce),
      deriveSessionKeys(pipeKey, nonce, nonce.toReversed()),
      deriveSessionKeys(pipeKey, nonce.toReversed(), nonce),
      deriveSessionKeys(new Uint8Array(32), nonce, nonce),
    ].flatMap(({ fromInitiator, fromResponder }) => [fromInitiator, fromResponder]);
    expect(new Set(keys.map((direction) => direction.key.toString())).size).toBe(8);
    expect(new Set(keys.map(({ salt }) => salt.toString())).size).toBe(8);
  });
});

describe('sealed datagrams', () => {
  const direction = deriveSessionKeys(pipeKey, nonce, nonce).fromInitiator;
  const content = Uint8Array.of(1, 2, 3, 4, 5);

  it('open once, unchanged, and with the right key alone', () => {
    const sealer = new DatagramSealer(direction, 77);
    const opener = new DatagramOpener(direction);
    const datagram = sealer.seal(content);
    expect(datagram.length).toBe(content.length + SEALED_OVERHEAD_BYTES);
    expect(parseHead(datagram)?.session).toBe(77);
    for (let index = 0; index < datagram.length; index++) expect(opener.open(flipped(datagram, index))).toBeUndefined();
    expect(new DatagramOpener({ ...direction, key: new Uint8Array(16) }).open(datagram.slice())).toBeUndefined();
    expect(opener.open(datagram.slice())).toEqual(content);
    expect(opener.open(datagram.slice())).toBeUndefined();
    expect(opener.open(datagram.subarray(0, 20))).toBeUndefined();
  });

  it('look different each time, and open in any order within the window', () => {
    const sealer = new DatagramSealer(direction, 1);
    const opener = new DatagramOpener(direction);
    const datagrams = Array.from({ length: 2000 }, () => sealer.seal(content));
    expect(new Set(datagrams.map((datagram) => datagram.toString())).size).toBe(2000);
    const opened = (index: number): boolean =>
      opener.open(datagrams[index]?.slice() ?? new Uint8Array(0)) !== undefined;
    expect([1500, 1499, 1500, 477, 476, 1999, 1499, 976, 975].map(opened)).toEqual([
      true,
      true,
      false,
      true,
      false,
      true,
      false,
      true,
      false,
    ]);
    expect(opened(1998)).toBe(true);
  });
});
