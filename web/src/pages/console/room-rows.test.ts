import { describe, expect, it } from 'vitest';
import type { RoomSettingsAnswer } from '../../api/admin.ts';
import { roomRows } from './room-rows.ts';

const settings = (room: string, more: Partial<RoomSettingsAnswer> = {}): RoomSettingsAnswer =>
  ({ room, title: '', listed: true, locked: false, hasPassword: false, ...more }) as RoomSettingsAnswer;
const open = { live: false, tracks: [], subscribers: 1, warnings: [] };

describe('roomRows', () => {
  it('has the live rooms first, then those that wait, then those that are only set up', () => {
    const rooms = [
      { ...open, name: 'b' },
      { ...open, name: 'c', live: true },
      { ...open, name: 'a' },
    ];
    const rows = roomRows(rooms, [settings('d', { locked: true }), settings('b', { title: 'Bee' })]);
    expect(rows.map(({ name, state }) => `${name} ${state}`)).toEqual(['c live', 'a waiting', 'b waiting', 'd closed']);
    expect(rows[2]).toMatchObject({ title: 'Bee', viewers: 1 });
    expect(rows[3]).toMatchObject({ isLocked: true, viewers: 0, title: undefined });
  });

  it('sums up bitrates, and names codecs and layers once', () => {
    const layer = { bitrate: 1, width: 640, height: 360 };
    const tracks = [
      { kind: 'audio' as const, codec: 'opus', bitrate: 30, layers: [] },
      {
        kind: 'video' as const,
        codec: 'VP8',
        bitrate: 500,
        layers: [{ ...layer, rid: 'h', width: 1280, height: 720 }, layer],
      },
    ];
    expect(roomRows([{ ...open, name: 'a', tracks }], [])[0]).toMatchObject({
      bitrate: 530,
      codecs: ['opus', 'VP8'],
      layers: ['720p', '360p'],
    });
    const scalable = {
      bitrate: 1,
      layers: [
        { ...layer, spatialLayerId: 0, temporalLayerId: 1 },
        { ...layer, spatialLayerId: 0, temporalLayerId: 0 },
      ],
    };
    const svc = [{ kind: 'video' as const, bitrate: 5, layers: [scalable] }];
    expect(roomRows([{ ...open, name: 'a', tracks: svc }], [])[0]?.layers).toEqual(['360p']);
  });
});
