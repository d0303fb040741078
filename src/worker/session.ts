import type { IceAgent } from '../peer/ice-agent.ts';
import type { Negotiation } from '../protocol/sdp/types.ts';
import type { Publisher } from '../sfu/publisher.ts';
import type { Room } from '../sfu/room.ts';
import type { SessionRole } from '../sfu/room-service.ts';
import type { Subscriber } from '../sfu/subscriber.ts';

/** What a session does in its room. */
export type Participant =
  | { role: Extract<SessionRole, 'publish'>; endpoint: Publisher }
  | { role: Extract<SessionRole, 'play'>; endpoint: Subscriber };

/**
 * connecting: the answer went out, ICE or DTLS is not through. connected: SRTP runs. closed: final.
 */
export type SessionState = 'connecting' | 'connected' | 'closed';

/** One WebRTC connection of this worker. */
export interface Session {
  readonly id: string;
  readonly room: Room;
  readonly participant: Participant;
  readonly negotiation: Negotiation;
  readonly agent: IceAgent;
  /** Handle of the transport's peer. */
  readonly peer: number;
  /** Milliseconds since the epoch. */
  readonly since: number;
  /** Monotonic milliseconds. */
  readonly openedAt: number;
  /** ETag of the present ICE session, without quotes. */
  tag: string;
  state: SessionState;
  /** Validated routes, oldest first, and the one that is sent by. */
  readonly routes: Uint8Array[];
  selectedRoute: Uint8Array | undefined;
}
