import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { RoomState } from '../sfu/room-service.ts';
import { EVENT_NAMES, EventStream } from './event-stream.ts';

const QUIET: RoomState = { active: false, layers: [], viewerCount: 0 };

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('EventStream', () => {
  it('sends a comment every 15 s to a reader, and keeps no timer without one', () => {
    const stream = new EventStream(new Set(['active']), '1', QUIET);
    expect(vi.getTimerCount()).toBe(0);
    const reader = stream.open();
    reader.read();
    vi.advanceTimersByTime(15_000);
    expect(String(reader.read())).toBe(': still here\n\n');
    stream.close();
    expect(vi.getTimerCount()).toBe(0);
  });

  it('lets go of a reader that has stopped reading, and takes it back', () => {
    const stream = new EventStream(new Set(EVENT_NAMES), '1', QUIET);
    const reader = stream.open();
    for (let count = 1; count < 3000; count++) stream.update({ ...QUIET, viewerCount: count });
    expect(reader.destroyed).toBe(true);
    expect(reader.readableLength).toBeLessThan(70_000);
    expect(vi.getTimerCount()).toBe(0);
    expect(String(stream.open().read())).toContain('data: {"viewercount":2999}');
  });

  it('leaves layers out for a viewer without a picture', () => {
    const layers = [{ rid: 'h', active: true, width: 2, height: 1, bitrate: 3, scalable: [] }];
    const text = (mid: string | undefined): string =>
      String(new EventStream(new Set(['layers']), mid, { ...QUIET, layers }).open().read());
    expect(text(undefined)).not.toContain('layers');
    expect(text('v')).toContain('data: {"v":{"active":[{"id":"h"');
  });

  it('names the layers of a scalable stream, which needs no rid', () => {
    const scalable = [
      { spatialLayerId: 1, temporalLayerId: 0, width: 2, height: 2, bitrate: 9 },
      { spatialLayerId: 0, temporalLayerId: 0, width: undefined, height: undefined, bitrate: 4 },
    ];
    const layers = [{ rid: undefined, active: true, width: 2, height: 2, bitrate: 9, scalable }];
    const text = String(new EventStream(new Set(['layers']), 'v', { ...QUIET, layers }).open().read());
    const choices = [
      { spatialLayerId: 1, temporalLayerId: 0, width: 2, height: 2, bitrate: 9 },
      { spatialLayerId: 0, temporalLayerId: 0, bitrate: 4 },
    ];
    expect(JSON.parse(text.split('data: ').at(-1) ?? '')).toEqual({
      v: { active: [{ width: 2, height: 2, bitrate: 9, layers: choices }], inactive: [], layers: choices },
    });
  });
});
