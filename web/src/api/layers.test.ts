import { describe, expect, it } from 'vitest';
import { parseLayers, sizeName } from './layers.ts';

describe('parseLayers', () => {
  it('lists active layers in the order of the server', () => {
    const high = { id: 'h', encodingId: 'h', rid: 'h', width: 1280, height: 720, bitrate: 1_500_000 };
    const low = { encodingId: 'l', bitrate: 0 };
    const data = JSON.stringify({ '1': { active: [high, low], inactive: [{ id: 'm' }], layers: [] } });
    expect(parseLayers(data)).toEqual([
      { id: 'h', request: { encodingId: 'h' }, width: 1280, height: 720, bitrate: 1_500_000 },
      { id: 'l', request: { encodingId: 'l' }, width: undefined, height: undefined, bitrate: 0 },
    ]);
  });

  it.each(['', '{', 'null', '[]', '{}', '{"1":null}', '{"1":{"active":5}}', '{"1":{"active":[null,{},{"rid":5}]}}'])(
    'finds none in %j',
    (data) => expect(parseLayers(data)).toEqual([]),
  );

  it('lists the spatial layers of an only stream, and no rates of pictures', () => {
    const layer = (spatialLayerId: number, temporalLayerId: number, height: number): object => ({
      spatialLayerId,
      temporalLayerId,
      width: 2 * height,
      height,
      bitrate: 100 * (spatialLayerId + 1) + temporalLayerId,
    });
    const all = [layer(1, 1, 360), layer(1, 0, 360), layer(0, 1, 180), layer(0, 0, 180)];
    const parse = (layers: unknown): unknown =>
      parseLayers(JSON.stringify({ '1': { active: [{ height: 360, layers }] } }));
    expect(parse(all)).toEqual([
      { id: 'spatial-1', request: { spatialLayerId: 1 }, width: 720, height: 360, bitrate: 201 },
      { id: 'spatial-0', request: { spatialLayerId: 0 }, width: 360, height: 180, bitrate: 101 },
    ]);
    expect(parse(all.slice(0, 2))).toEqual([]);
    expect(parse([null, {}, { spatialLayerId: 'x' }])).toEqual([]);
  });

  it('leaves out a stream without layers', () => {
    expect(parseLayers('{"0":{"active":[{"width":640,"height":360,"bitrate":1}]}}')).toEqual([]);
  });
});

it('names a size by its lines, lying or upright, and an unknown one by its id', () => {
  const size = (width?: number, height?: number): string =>
    sizeName({ id: 'h', request: { encodingId: 'h' }, width, height, bitrate: 0 });
  expect([size(1280, 720), size(720, 1280), size()]).toEqual(['720p', '720p', 'h']);
});
