import { describe, expect, it } from 'vitest';
import { parseLayers, sizeName } from './layers.ts';

describe('parseLayers', () => {
  it('lists active layers in the order of the server', () => {
    const high = { id: 'h', encodingId: 'h', rid: 'h', width: 1280, height: 720, bitrate: 1_500_000 };
    const low = { encodingId: 'l', bitrate: 0 };
    const data = JSON.stringify({ '1': { active: [high, low], inactive: [{ id: 'm' }], layers: [] } });
    expect(parseLayers(data)).toEqual([
      { rid: 'h', width: 1280, height: 720, bitrate: 1_500_000 },
      { rid: 'l', width: undefined, height: undefined, bitrate: 0 },
    ]);
  });

  it.each(['', '{', 'null', '[]', '{}', '{"1":null}', '{"1":{"active":5}}', '{"1":{"active":[null,{},{"rid":5}]}}'])(
    'finds none in %j',
    (data) => expect(parseLayers(data)).toEqual([]),
  );

  it('leaves out a stream without layers', () => {
    expect(parseLayers('{"0":{"active":[{"width":640,"height":360,"bitrate":1}]}}')).toEqual([]);
  });
});

it('names a size by its lines, lying or upright, and an unknown one by its rid', () => {
  const size = (width?: number, height?: number): string => sizeName({ rid: 'h', width, height, bitrate: 0 });
  expect([size(1280, 720), size(720, 1280), size()]).toEqual(['720p', '720p', 'h']);
});
