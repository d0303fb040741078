import { describe, expect, it } from 'vitest';
import type { TrackSummary } from '../sfu/room-service.ts';
import type { WorkerRoomDetail, WorkerRoomSummary } from '../worker-protocol.ts';
import { mergeDetails, mergeLists, mergeSummaries } from './merge-rooms.ts';

const summary = (facts: Partial<WorkerRoomSummary> = {}): WorkerRoomSummary => ({
  name: 'room',
  live: false,
  liveSince: undefined,
  tracks: [],
  subscribers: 0,
  warnings: [],
  origin: 'none',
  ...facts,
});
const track: TrackSummary = { kind: 'video', codec: 'VP8', width: 1, height: 1, bitrate: 1, layers: [] };
const publishers = summary({
  live: true,
  liveSince: 5,
  tracks: [track],
  subscribers: 3,
  warnings: ['b_frames'],
  origin: 'local',
});
const viewers = summary({ live: true, tracks: [{ ...track, bitrate: 9 }], subscribers: 4, origin: 'pipe' });

describe('mergeSummaries', () => {
  it('takes tracks and warnings from the publisher’s worker, and the viewers of all', () => {
    const merged = { name: 'room', live: true, liveSince: 5, tracks: [track], subscribers: 7, warnings: ['b_frames'] };
    expect(mergeSummaries([viewers, publishers])).toEqual(merged);
    expect(mergeSummaries([publishers, viewers])).toEqual(merged);
  });

  it('knows a room whose viewers wait, and none where nobody says anything', () => {
    expect(mergeSummaries([summary({ subscribers: 1 }), summary({ subscribers: 2 })])).toMatchObject({
      live: false,
      subscribers: 3,
    });
    expect(mergeSummaries([])).toBeUndefined();
  });

  it('takes the publisher that came last while one takes the room over', () => {
    const later = { ...publishers, liveSince: 6, warnings: [] };
    expect(mergeSummaries([publishers, later])).toMatchObject({ liveSince: 6 });
  });
});

describe('mergeLists', () => {
  it('names each room once, in order', () => {
    const rooms = mergeLists([[summary({ name: 'b' }), publishers], [summary({ name: 'a' }), viewers], []]);
    expect(rooms.map(({ name, subscribers }) => [name, subscribers])).toEqual([
      ['a', 0],
      ['b', 0],
      ['room', 7],
    ]);
  });
});

describe('mergeDetails', () => {
  it('has the sessions of all workers, the publisher’s first', () => {
    const withSession = (room: WorkerRoomSummary, sessionId: string): WorkerRoomDetail => ({
      ...room,
      sessions: [{ sessionId } as WorkerRoomDetail['sessions'][number]],
    });
    const merged = mergeDetails([withSession(viewers, '2'), withSession(publishers, '1')]);
    expect(merged?.sessions.map(({ sessionId }) => sessionId)).toEqual(['1', '2']);
    expect(merged).toMatchObject({ subscribers: 7, liveSince: 5 });
    expect(mergeDetails([])).toBeUndefined();
  });
});
