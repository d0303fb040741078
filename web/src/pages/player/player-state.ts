/** What the viewer is told. Pure. */
import type { LinkState } from '../../webrtc/reconnect.ts';

export type PlayerState = 'idle' | 'connecting' | 'waiting' | 'playing' | 'reconnecting' | 'error';

/** Whether a broadcast is on, as the server tells; away: it was, and its media has stopped. */
export type Presence = 'unknown' | 'present' | 'away';

/** Whether media arrives; unknown in the first moments of a connection. */
export type MediaFlow = 'unknown' | 'flows' | 'stands';

export interface MediaWatch {
  flow: MediaFlow;
  bytes: number;
  /** When `bytes` last grew, or when the watch began; milliseconds. */
  at: number;
}

/** Milliseconds without media after which the broadcaster counts as away. */
const MEDIA_GAP = 1_500;
/** The same at the start of a connection, when nothing has come yet. */
const FIRST_MEDIA_GAP = 1_000;

/** Takes the media bytes counted at a moment into account; `before` is undefined for the first look at a connection. */
export function watchMedia(before: MediaWatch | undefined, bytes: number, at: number): MediaWatch {
  if (before === undefined) return { flow: bytes > 0 ? 'flows' : 'unknown', bytes, at };
  if (bytes !== before.bytes) return { flow: 'flows', bytes, at };
  const gap = before.flow === 'unknown' ? FIRST_MEDIA_GAP : MEDIA_GAP;
  return at - before.at >= gap ? { ...before, flow: 'stands' } : before;
}

/** The state to show for a link, its media and the broadcast. */
export function playerState(link: LinkState | undefined, flow: MediaFlow, presence: Presence): PlayerState {
  switch (link?.phase) {
    case undefined:
    case 'idle':
      return 'idle';
    case 'opening':
      return opening(link);
    case 'connected':
      return connected(link, flow, presence);
    case 'checking':
      return link.over ? 'reconnecting' : connected(link, flow, presence);
    case 'restarting':
      // A restart on a new network can go by without a gap.
      return flow === 'flows' ? 'playing' : 'reconnecting';
    case 'waiting':
      return link.failure?.code === 'no_publisher' ? 'waiting' : opening(link);
    case 'failed':
      return 'error';
  }
}

function opening(link: LinkState): PlayerState {
  return link.again ? 'reconnecting' : 'connecting';
}

function connected(link: LinkState, flow: MediaFlow, presence: Presence): PlayerState {
  if (presence === 'away') return 'waiting';
  if (flow === 'unknown') return link.attempt > 0 ? 'reconnecting' : 'connecting';
  return flow === 'flows' ? 'playing' : 'waiting';
}
