import { endianness } from 'node:os';
import { describe, expect, it } from 'vitest';
import { ROW, ROW_FLAG, type Transport } from '../native/addon.ts';
import type { FanOutRow } from '../sfu/fan-out-table.ts';
import { RtpBatch } from '../sfu/rtp-batch.ts';
import { NativeFanOutTable } from './native-fan-out-table.ts';

const LITTLE_ENDIAN = endianness() === 'LE';

const ROW_OF_NO_MEANING: FanOutRow = {
  peer: 1,
  ssrc: 2,
  payloadType: 96,
  sequenceOffset: 0,
  timestampOffset: 0,
  mid: undefined,
  extensionIds: new Map(),
  twoByteExtensions: false,
  vp8: undefined,
};

/** The bytes of a row as the addon gets them. */
function written(...rows: FanOutRow[]): DataView {
  let bytes = new Uint8Array();
  const fanOut: Transport['fanOut'] = (_source, _packets, _count, table) => {
    bytes = table.slice(0, ROW.bytes);
    return 0;
  };
  const table = new NativeFanOutTable({ fanOut });
  for (const row of rows) table.write(0, row, false);
  table.send(new RtpBatch(), 0, 0, 0, 1);
  return new DataView(bytes.buffer);
}

describe('a row of the fan-out', () => {
  it('has the flags and offsets of VP8 where the packets are VP8, and not those of the row before', () => {
    const vp8 = { ...ROW_OF_NO_MEANING, vp8: { pictureIdOffset: 0x7abc, tl0PictureIndexOffset: 0xfe } };
    const row = written({ ...vp8, twoByteExtensions: true });
    expect(row.getUint8(ROW.flags)).toBe(ROW_FLAG.twoByteExtensions | ROW_FLAG.vp8);
    expect(row.getUint16(ROW.vp8PictureIdOffset, LITTLE_ENDIAN)).toBe(0x7abc);
    expect(row.getUint8(ROW.vp8Tl0PictureIndexOffset)).toBe(0xfe);
    const after = written(vp8, ROW_OF_NO_MEANING);
    expect(after.getUint8(ROW.flags)).toBe(0);
    expect(after.getUint16(ROW.vp8PictureIdOffset, LITTLE_ENDIAN)).toBe(0);
    expect(after.getUint8(ROW.vp8Tl0PictureIndexOffset)).toBe(0);
  });

  it('has the id of the transport-wide extension where the viewer has it', () => {
    const numbered = { ...ROW_OF_NO_MEANING, transportSequenceId: 5 };
    expect(written(numbered).getUint8(ROW.transportSequenceId)).toBe(5);
    expect(written(numbered, ROW_OF_NO_MEANING).getUint8(ROW.transportSequenceId)).toBe(0);
  });
});

describe('a table of rows', () => {
  it('has room for a row that is moved behind the others', () => {
    const peers: number[] = [];
    const fanOut: Transport['fanOut'] = (_source, _packets, _count, table, first, count) => {
      const view = new DataView(table.buffer, table.byteOffset, table.byteLength);
      for (let row = first; row < first + count; row++) {
        peers.push(view.getUint32(row * ROW.bytes + ROW.peer, LITTLE_ENDIAN));
      }
      return 0;
    };
    const table = new NativeFanOutTable({ fanOut });
    const rows = 40;
    // Each viewer takes the first row, whose viewer moves to the end.
    for (let row = 0; row < rows; row++) {
      if (row > 0) table.move(0, row);
      table.write(0, { ...ROW_OF_NO_MEANING, peer: row }, true);
    }
    table.send(new RtpBatch(), 0, 0, 0, rows);
    expect(peers).toEqual([rows - 1, ...Array.from({ length: rows - 1 }, (_, row) => row)]);
  });
});
