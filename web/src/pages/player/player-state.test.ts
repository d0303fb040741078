import { describe, expect, it } from 'vitest';
import type { LinkState } from '../../webrtc/reconnect.ts';
import { playerState, watchMedia, type MediaWatch } from './player-state.ts';

describe('watchMedia', () => {
  /** The flow after byte counts half a second apart. */
  const flow = (...counts: number[]): string => {
    let watch: MediaWatch | undefined;
    counts.forEach((bytes, index) => (watch = watchMedia(watch, bytes, index * 500)));
    return watch?.flow ?? '';
  };

  it('flows with the first bytes', () => {
    expect(flow(10)).toBe('flows');
    expect(flow(0, 10)).toBe('flows');
  });

  it('knows after a second that nothing comes', () => {
    expect(flow(0, 0)).toBe('unknown');
    expect(flow(0, 0, 0)).toBe('stands');
  });

  it('does not mind a short gap, and comes back', () => {
    expect(flow(10, 10, 10)).toBe('flows');
    expect(flow(10, 10, 10, 10)).toBe('stands');
    expect(flow(10, 10, 10, 10, 11)).toBe('flows');
  });
});

describe('playerState', () => {
  const common = { attempt: 0, again: false };
  const connected: LinkState = { phase: 'connected', since: 0, ...common };

  it('follows link and media', () => {
    expect(playerState(undefined, 'unknown')).toBe('idle');
    expect(playerState({ phase: 'opening', deadline: 1, ...common }, 'unknown')).toBe('connecting');
    expect(playerState(connected, 'unknown')).toBe('connecting');
    expect(playerState(connected, 'flows')).toBe('playing');
    expect(playerState(connected, 'stands')).toBe('waiting');
    expect(playerState({ phase: 'restarting', since: 0, deadline: 1, ...common }, 'stands')).toBe('reconnecting');
    expect(playerState({ phase: 'restarting', since: 0, deadline: 1, ...common }, 'flows')).toBe('playing');
    expect(playerState({ phase: 'failed', failure: { kind: 'replaced' }, ...common }, 'flows')).toBe('error');
  });

  it('does not alarm anybody while it only asks the server', () => {
    const checking: LinkState = { phase: 'checking', since: 0, deadline: 1, over: false, ...common };
    expect(playerState(checking, 'flows')).toBe('playing');
    expect(playerState({ ...checking, over: true }, 'flows')).toBe('reconnecting');
  });

  it('calls a room without a publisher waiting, and any other wait a reconnection', () => {
    const waiting = { phase: 'waiting', deadline: 1, attempt: 1, again: true } as const;
    const failure = { kind: 'refused', status: 409, code: 'no_publisher' } as const;
    expect(playerState({ ...waiting, failure }, 'stands')).toBe('waiting');
    expect(playerState({ ...waiting, failure: undefined }, 'stands')).toBe('reconnecting');
    expect(playerState({ ...waiting, again: false, failure: { kind: 'unreachable' } }, 'stands')).toBe('connecting');
  });
});
