/** What the broadcaster is told. Pure. */
import type { LinkState } from '../../webrtc/reconnect.ts';

export type PublisherState = 'idle' | 'connecting' | 'live' | 'reconnecting' | 'error';

/** The state to show for a link; `starting` while the devices are opened. */
export function publisherState(link: LinkState | undefined, starting: boolean): PublisherState {
  switch (link?.phase) {
    case undefined:
    case 'idle':
      return starting ? 'connecting' : 'idle';
    case 'opening':
    case 'waiting':
      return link.again ? 'reconnecting' : 'connecting';
    case 'connected':
      return 'live';
    case 'checking':
      return link.over ? 'reconnecting' : 'live';
    case 'restarting':
      return 'reconnecting';
    case 'failed':
      return 'error';
  }
}
