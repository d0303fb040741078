import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ByteWriter } from './byte-writer.ts';
import { parseMessage, writeMessage } from './control-messages.ts';
import { eachPacket, parseFrames, writeFrame } from './frames.ts';
import { frames, messages } from './testing/arbitraries.ts';

describe('control messages', () => {
  it('are read as they were written', () => {
    fc.assert(
      fc.property(messages, (message) => {
        const writer = new ByteWriter();
        writeMessage(message, writer);
        expect(parseMessage(writer.bytes)).toEqual(message);
        expect(parseMessage(writer.bytes.subarray(0, -1))).toBeUndefined();
        expect(parseMessage(Uint8Array.of(...writer.bytes, 0))).toBeUndefined();
      }),
    );
  });

  it('are none of an unknown type, and none with a codec that nothing can be computed from', () => {
    expect(parseMessage(Uint8Array.of(99, 0, 0, 0, 1))).toBeUndefined();
    const codec = {
      name: 'VP8',
      payloadType: 96,
      channels: 1,
      parameters: {},
      feedback: [],
      rtxPayloadType: 97,
    } as const;
    const written = (clockRate: number): Uint8Array => {
      const writer = new ByteWriter();
      const media = [{ kind: 'video' as const, mid: '1', rids: [], codecs: [{ ...codec, clockRate }], extensions: [] }];
      writeMessage({ type: 'publication', subscription: 1, liveSince: 5, media }, writer);
      return writer.bytes.slice();
    };
    expect(parseMessage(written(90_000))).toMatchObject({ media: [{ codecs: [codec] }] });
    expect(parseMessage(written(0))).toBeUndefined();
  });
});

describe('frames', () => {
  it('are read as they were written, one behind the other', () => {
    fc.assert(
      fc.property(fc.array(frames, { maxLength: 5 }), (list) => {
        const writer = new ByteWriter();
        for (const frame of list) writeFrame(frame, writer);
        expect(parseFrames(writer.bytes)).toEqual(list);
        if (list.length > 0) expect(parseFrames(writer.bytes.subarray(0, -1))).toBeUndefined();
      }),
    );
  });

  it('are none where a flag is neither set nor not', () => {
    const writer = new ByteWriter();
    writeFrame({ type: 'packets', subscription: 1, track: 1, age: 1, packets: Uint8Array.of(1) }, writer);
    const bytes = writer.bytes.slice();
    bytes[7] = 2;
    expect(parseFrames(bytes)).toBeUndefined();
  });

  it('hold packets that fit, or none', () => {
    const found: number[][] = [];
    const take = (offset: number, length: number): void => void found.push([offset, length]);
    expect(eachPacket(Uint8Array.of(0, 2, 9, 9, 0, 1, 7), take)).toBe(true);
    expect(found).toEqual([
      [2, 2],
      [6, 1],
    ]);
    expect(eachPacket(Uint8Array.of(0, 2, 9), take)).toBe(false);
    expect(eachPacket(Uint8Array.of(0), take)).toBe(false);
  });
});
