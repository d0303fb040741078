import { describe, expect, it } from 'vitest';
import type { LinkState } from '../../webrtc/reconnect.ts';
import { playerState, watchMedia, type MediaFlow, type MediaWatch, type Presence } from './player-state.ts';

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
  const state = (link: LinkState | undefined, flow: MediaFlow, presence: Presence = 'unknown') =>
    playerState(link, flow, presence);

  const common = { attempt: 0, again: false };
  const connected: LinkState = { phase: 'connected', since: 0, ...common };

  it('follows link and media', () => {
    expect(state(undefined, 'unknown')).toBe('idle');
    expect(state({ phase: 'opening', deadline: 1, ...common }, 'unknown')).toBe('connecting');
    expect(state(connected, 'unknown')).toBe('connecting');
    expect(state(connected, 'flows')).toBe('playing');
    expect(state(connected, 'stands')).toBe('waiting');
    expect(state({ phase: 'restarting', since: 0, deadline: 1, ...common }, 'stands')).toBe('reconnecting');
    expect(state({ phase: 'restarting', since: 0, deadline: 1, ...common }, 'flows')).toBe('playing');
    expect(state({ phase: 'failed', failure: { kind: 'replaced' }, ...common }, 'flows')).toBe('error');
  });

  it('does not alarm anybody while it only asks the server', () => {
    const checking: LinkState = { phase: 'checking', since: 0, deadline: 1, over: false, ...common };
    expect(state(checking, 'flows')).toBe('playing');
    expect(state({ ...checking, over: true }, 'flows')).toBe('reconnecting');
  });

  it('calls a room without a publisher waiting, and any other wait a reconnection', () => {
    const waiting = { phase: 'waiting', deadline: 1, attempt: 1, again: true } as const;
    const failure = { kind: 'refused', status: 409, code: 'no_publisher' } as const;
    expect(state({ ...waiting, failure }, 'stands')).toBe('waiting');
    expect(state({ ...waiting, failure: undefined }, 'stands')).toBe('reconnecting');
    expect(state({ ...waiting, again: false, failure: { kind: 'unreachable' } }, 'stands')).toBe('connecting');
  });

  it('waits at once where the server tells that the broadcaster is away, and not before it has seen one', () => {
    expect(state(connected, 'flows', 'away')).toBe('waiting');
    expect(state(connected, 'unknown', 'away')).toBe('waiting');
    expect(state(connected, 'flows', 'present')).toBe('playing');
    expect(state(connected, 'unknown', 'present')).toBe('connecting');
    expect(state({ phase: 'checking', since: 0, deadline: 1, over: true, ...common }, 'flows', 'away')).toBe(
      'reconnecting',
    );
  });
});
