import { describe, expect, it } from 'vitest';
import { limitsOf, type RoomLimits } from './room-limits.ts';

const LIMITS: RoomLimits = {
  subscribersPerRoom: 10,
  rooms: 0,
  subscribers: 0,
  publisherTakeover: true,
  waitForPublisher: true,
};

describe('limitsOf', () => {
  it.each([
    [10, 5, 5],
    [10, 20, 10],
    [10, 0, 10],
    [0, 5, 5],
    [0, 0, 0],
  ])('of %i viewers by the server and %i by the room, %i counts', (server, room, expected) => {
    const limits = limitsOf({ ...LIMITS, subscribersPerRoom: server }, { viewerLimit: room });
    expect(limits).toEqual({ ...LIMITS, subscribersPerRoom: expected });
  });

  it("without a room's own is the server's", () => {
    expect(limitsOf(LIMITS, {})).toEqual(LIMITS);
  });
});
