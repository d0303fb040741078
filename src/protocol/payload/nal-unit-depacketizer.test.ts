/** What H.264 and H.265 have in common: units of every packing, parameter sets from everywhere, access units whole. */
import { describe, expect, it } from 'vitest';
import { bytes } from '../../util/testing/bytes.ts';
import { createDepacketizer } from './create-depacketizer.ts';
import type { Depacketizer, DepacketizerResult } from './depacketizer.ts';
import { H264Depacketizer } from './h264-depacketizer.ts';
import { H265Depacketizer } from './h265-depacketizer.ts';
import {
  H264_PICTURE_SET,
  H264_SEQUENCE_SET,
  H265_PICTURE_SET,
  H265_SEQUENCE_SET,
  H265_VIDEO_SET,
} from './testing/packetize.ts';

const H264_SETS = [H264_SEQUENCE_SET, H264_PICTURE_SET];
const H265_SETS = [H265_VIDEO_SET, H265_SEQUENCE_SET, H265_PICTURE_SET];

function put(depacketizer: Depacketizer, ...payloads: readonly (Uint8Array | string)[]): DepacketizerResult {
  for (const payload of payloads) depacketizer.add(typeof payload === 'string' ? bytes(payload) : payload);
  return depacketizer.finish();
}

function stream(...units: readonly (Uint8Array | string)[]): Uint8Array {
  const hex = units.map((unit) => `00000001${typeof unit === 'string' ? unit : Buffer.from(unit).toString('hex')}`);
  return bytes(hex.join(''));
}

describe.each([
  {
    codec: 'H264' as const,
    create: () => new H264Depacketizer(),
    sets: H264_SETS,
    idr: '65 88 01',
    laterIdrSlice: '65 48 01',
    inter: '41 9a 02',
    laterSlice: '41 4a 02',
    delimiter: '09 10',
    filler: '0c ff 80',
    information: '06 01 01 80',
    idrFragments: ['7c 85 88', '7c 05 01', '7c 45 02'],
    idrOfFragments: '65 88 01 02',
    aggregate: '78 0002 4188 0003 41 4a02',
    aggregated: ['41 88', '41 4a 02'],
    badAggregates: ['78', '78 00', '78 0000', '78 0003 4188', '78 0002 4188 00'],
    others: ['79 0000 0002 4188', '7a', '7d 85 00 00 88', '00 01', '7f 01', '7c', '7c 85'],
  },
  {
    codec: 'H265' as const,
    create: () => new H265Depacketizer(),
    sets: H265_SETS,
    idr: '26 01 af',
    laterIdrSlice: '26 01 2f',
    inter: '02 01 d0',
    laterSlice: '02 01 50',
    delimiter: '46 01 10',
    filler: '4c 01 ff 80',
    information: '4e 01 01 80',
    idrFragments: ['62 01 93 af', '62 01 13 01', '62 01 53 02'],
    idrOfFragments: '26 01 af 01 02',
    aggregate: '60 01 0003 0201d0 0003 020150',
    aggregated: ['02 01 d0', '02 01 50'],
    badAggregates: ['60 01', '60 01 00', '60 01 0000', '60 01 0004 0201d0', '60 01 0003 0201d0 00', '60 01 0001 02'],
    others: ['64 01 00 00', '7e 01 00', '02', '62 01', '62 01 93'],
  },
])('$codec', (test) => {
  const { create, sets, idr, inter } = test;

  it('gets its parameter sets in front of every keyframe, and delimiters and filler data left out', () => {
    const depacketizer = create();
    const first = put(
      depacketizer,
      test.delimiter,
      ...sets,
      test.information,
      ...sets,
      idr,
      ...sets,
      test.laterIdrSlice,
    );
    expect(first).toMatchObject({ state: 'frame', keyframe: true, size: { width: 98, height: 66 } });
    expect(first).toMatchObject({ data: stream(...sets, test.information, idr, test.laterIdrSlice) });
    expect(put(depacketizer, test.delimiter, inter, test.filler)).toMatchObject({
      keyframe: false,
      data: stream(inter),
    });
    expect(put(depacketizer, idr)).toMatchObject({ keyframe: true, data: stream(...sets, idr) });
  });

  it('gets a parameter set that changed in front of any picture, once', () => {
    const depacketizer = create();
    put(depacketizer, ...sets, idr);
    const changed = Uint8Array.of(...(sets.at(-1) ?? []), 0x80);
    expect(put(depacketizer, changed)).toEqual({ state: 'nothing' });
    expect(put(depacketizer, inter)).toMatchObject({ data: stream(changed, inter) });
    expect(put(depacketizer, changed, inter)).toMatchObject({ data: stream(inter) });
    expect(put(depacketizer, idr)).toMatchObject({ data: stream(...sets.slice(0, -1), changed, idr) });
  });

  it('is put together of fragments', () => {
    const depacketizer = create();
    expect(put(depacketizer, ...sets, ...test.idrFragments)).toMatchObject({
      keyframe: true,
      data: stream(...sets, test.idrOfFragments),
    });
    const [start = '', middle = '', end = ''] = test.idrFragments;
    for (const part of [
      [start, middle],
      [middle, end],
      [start, start, end],
      [start, inter, end],
      [start, end, end],
    ]) {
      expect(put(depacketizer, ...part)).toEqual({ state: 'broken' });
    }
  });

  it('is put together of aggregates', () => {
    expect(put(create(), test.aggregate)).toMatchObject({ keyframe: false, data: stream(...test.aggregated) });
  });

  it.each(test.badAggregates)('is broken by an aggregate whose lengths are wrong: %s', (payload) => {
    expect(put(create(), inter, payload)).toEqual({ state: 'broken' });
  });

  it.each(test.others)('is broken by packets of kinds that were not negotiated, or cut short: %s', (payload) => {
    expect(put(create(), inter, payload)).toEqual({ state: 'broken' });
  });

  it('is broken where a picture lacks its first slice', () => {
    const depacketizer = create();
    expect(put(depacketizer, ...sets, test.laterIdrSlice)).toEqual({ state: 'broken' });
    expect(put(depacketizer, test.laterSlice)).toEqual({ state: 'broken' });
    expect(put(create(), inter, test.laterSlice)).toMatchObject({ data: stream(inter, test.laterSlice) });
  });

  it('is broken where a keyframe follows a loss that may have taken its parameter sets', () => {
    const depacketizer = create();
    put(depacketizer, ...sets, idr);
    depacketizer.reset();
    expect(put(depacketizer, idr)).toEqual({ state: 'broken' });
    expect(put(depacketizer, idr)).toMatchObject({ state: 'frame', keyframe: true });
    depacketizer.reset();
    expect(put(depacketizer, ...sets)).toEqual({ state: 'nothing' });
    expect(put(depacketizer, idr)).toMatchObject({ state: 'frame', keyframe: true });
  });

  it('cannot begin without a sequence parameter set', () => {
    expect(put(create(), idr)).toEqual({ state: 'broken' });
  });
});

describe('parameter sets of the SDP', () => {
  const encode = (set: Uint8Array): string => Buffer.from(set).toString('base64');

  it('serve H.264', () => {
    const parameters = { 'sprop-parameter-sets': H264_SETS.map(encode).join(',') };
    const result = put(createDepacketizer({ name: 'H264', parameters }), '65 88 01');
    expect(result).toMatchObject({ keyframe: true, data: stream(...H264_SETS, '65 88 01') });
  });

  it('serve H.265', () => {
    const [vps = '', sps = '', pps = ''] = H265_SETS.map(encode);
    const parameters = { 'sprop-vps': vps, 'sprop-sps': sps, 'sprop-pps': pps };
    const result = put(createDepacketizer({ name: 'H265', parameters }), '26 01 af');
    expect(result).toMatchObject({ keyframe: true, data: stream(...H265_SETS, '26 01 af') });
  });

  it.each(['', ',', '!!!', 'Z0LA', 'aA=='])('do no harm where they are none: "%s"', (text) => {
    const depacketizer = createDepacketizer({ name: 'H264', parameters: { 'sprop-parameter-sets': text } });
    expect(put(depacketizer, '65 88 01')).toEqual({ state: 'broken' });
    expect(put(depacketizer, ...H264_SETS, '65 88 01')).toMatchObject({ keyframe: true });
  });

  it('are kept up to a bound', () => {
    const depacketizer = new H264Depacketizer([H264_SEQUENCE_SET]);
    const large = Uint8Array.of(0x68, 0x80, ...new Uint8Array(5000).fill(1));
    const result = put(depacketizer, large, '65 88 01');
    expect(result).toMatchObject({ data: stream(H264_SEQUENCE_SET, '65 88 01') });
  });
});
