/** What the HTTP server needs from the rest of the house. */
import type { FastifyBaseLogger } from 'fastify';
import type { AccessControl } from '../auth/access-control.ts';
import type { RoomService } from '../sfu/room-service.ts';

/** 'starting' and 'draining' servers are alive but not ready. */
export type ServerState = 'starting' | 'ready' | 'draining';

export interface HttpOptions {
  rooms: RoomService;
  access: AccessControl;
  log: FastifyBaseLogger;
  /** Asked for each /readyz. */
  state(): ServerState;
  allowedOrigins: '*' | readonly string[];
  /** Largest SDP offer or ICE fragment. */
  maxSdpBytes: number;
  /** Folder of the built pages. */
  pagesDirectory: string;
}
