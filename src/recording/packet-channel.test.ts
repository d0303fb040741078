import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { MediaKind } from '../protocol/sdp/types.ts';
import { ChunkWriter, readChunk } from './packet-channel.ts';
import type { ChannelNote, ChannelRecord } from './packet-channel.ts';

const NOTES: ChannelNote[] = [
  { type: 'open', room: 'Größe', kinds: ['audio', 'video'], wallClock: 1.5e12 },
  {
    type: 'senderReport',
    kind: 'video',
    report: { ntpTime: { seconds: 1, fraction: 2 }, rtpTimestamp: 3, arrival: 4 },
  },
  { type: 'close' },
];

const records = fc.array(
  fc.oneof(
    fc.record({
      type: fc.constant('packet' as const),
      publication: fc.nat(),
      arrival: fc.double({ noNaN: true }),
      kind: fc.constantFrom<MediaKind>('audio', 'video'),
      packet: fc.uint8Array({ maxLength: 1500 }),
    }),
    fc.record({
      type: fc.constant('note' as const),
      publication: fc.nat(),
      arrival: fc.double({ noNaN: true }),
      note: fc.constantFrom(...NOTES),
    }),
  ),
);

function write(chunk: ChunkWriter, record: ChannelRecord): boolean {
  const { publication, arrival } = record;
  if (record.type === 'note') return chunk.note(publication, arrival, record.note);
  // Somewhere in a larger read.
  const source = Buffer.concat([Buffer.alloc(7), record.packet, Buffer.alloc(3)]);
  return chunk.packet(publication, record.kind, arrival, source, 7, record.packet.length);
}

describe('a chunk of the packet channel', () => {
  it('gives back what was put in, in order', () => {
    fc.assert(
      fc.property(records, (written) => {
        const chunk = new ChunkWriter(new ArrayBuffer(128 * 1024));
        for (const record of written) expect(write(chunk, record)).toBe(true);
        expect([...readChunk(chunk.buffer, chunk.length)]).toEqual(written);
      }),
    );
  });

  it('takes nothing that does not fit, and is left as it was', () => {
    const chunk = new ChunkWriter(new ArrayBuffer(100));
    expect(chunk.packet(1, 'audio', 0, Buffer.alloc(84), 0, 84)).toBe(true);
    expect(chunk.length).toBe(100);
    expect(chunk.packet(1, 'audio', 0, Buffer.alloc(0), 0, 0)).toBe(false);
    const small = new ChunkWriter(new ArrayBuffer(50));
    expect(small.packet(1, 'audio', 0, Buffer.alloc(35), 0, 35)).toBe(false);
    expect(small.note(1, 0, { type: 'open', room: 'a', kinds: [], wallClock: 0 })).toBe(false);
    expect(small.length).toBe(0);
  });
});
