import { describe, expect, it } from 'vitest';
import type { Room } from '../../../../src/http/api-schemas.ts';
import { colourOf, liveRooms, lowestLayer, searchRooms, titleOf } from './live-rooms.ts';

const room = (name: string, changes: Partial<Room> = {}): Room => ({
  name,
  live: true,
  tracks: [],
  subscribers: 0,
  warnings: [],
  ...changes,
});
const names = (rooms: Room[]): string[] => rooms.map(({ name }) => name);

describe('liveRooms', () => {
  it('leaves out what is not live, and begins with most viewers, then with who began first', () => {
    const rooms = [
      room('late', { liveSince: '2026-03-02T00:00:00Z' }),
      room('off', { live: false, subscribers: 9 }),
      room('early', { liveSince: '2026-03-01T00:00:00Z' }),
      room('full', { subscribers: 3, liveSince: '2026-03-03T00:00:00Z' }),
    ];
    expect(names(liveRooms(rooms))).toEqual(['full', 'early', 'late']);
  });

  it('keeps a fixed order among those that began at once', () => {
    expect(names(liveRooms([room('b'), room('a')]))).toEqual(['a', 'b']);
  });
});

describe('searchRooms', () => {
  const rooms = [room('hall', { title: 'Spring Concert' }), room('直播间', { description: 'Talks, daily' })];

  it('looks for every word in name, title and description, whatever its case or width', () => {
    expect(names(searchRooms(rooms, ''))).toEqual(['hall', '直播间']);
    expect(names(searchRooms(rooms, ' concert HALL '))).toEqual(['hall']);
    expect(names(searchRooms(rooms, 'ＤＡＩＬＹ'))).toEqual(['直播间']);
    expect(names(searchRooms(rooms, '直播'))).toEqual(['直播间']);
    expect(names(searchRooms(rooms, 'concert talks'))).toEqual([]);
  });
});

describe('titleOf', () => {
  it('falls back to the name', () => {
    expect(titleOf(room('hall', { title: 'Spring' }))).toBe('Spring');
    expect(titleOf(room('hall'))).toBe('hall');
  });
});

describe('lowestLayer', () => {
  const video = (layers: Room['tracks'][number]['layers']): Pick<Room, 'tracks'> => ({
    tracks: [
      { kind: 'audio', bitrate: 1, layers: [] },
      { kind: 'video', bitrate: 1, layers },
    ],
  });

  it('is the smallest size that arrives', () => {
    const layers = [
      { rid: 'h', height: 720, bitrate: 9 },
      { rid: 'm', height: 360, bitrate: 5 },
      { rid: 'l', height: 180, bitrate: 0 },
    ];
    expect(lowestLayer(video(layers))).toEqual({ encodingId: 'm' });
  });

  it('is the lowest spatial layer of a scalable stream', () => {
    const scalable = [
      { spatialLayerId: 1, temporalLayerId: 0, bitrate: 2 },
      { spatialLayerId: 0, temporalLayerId: 0, bitrate: 1 },
    ];
    expect(lowestLayer(video([{ bitrate: 3, layers: scalable }]))).toEqual({ spatialLayerId: 0 });
  });

  it('is left to the server where there is no choice', () => {
    expect(lowestLayer({ tracks: [] })).toBeUndefined();
    expect(lowestLayer(video([{ bitrate: 3 }]))).toBeUndefined();
    expect(lowestLayer(video([{ bitrate: 3, layers: [{ spatialLayerId: 0, temporalLayerId: 1, bitrate: 3 }] }]))).toBe(
      undefined,
    );
  });
});

describe('colourOf', () => {
  it('is one of the colours, and stays', () => {
    const colours = ['', 'a', 'b', 'hall', '直播间', '𠮷'].map((name) => colourOf(name, 6));
    for (const colour of colours) expect([0, 1, 2, 3, 4, 5]).toContain(colour);
    expect(new Set(colours).size).toBeGreaterThan(1);
    expect(colourOf('hall', 6)).toBe(colourOf('hall', 6));
  });
});
