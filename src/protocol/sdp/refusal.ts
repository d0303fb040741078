import type { SdpRefusal } from './types.ts';

/** A refusal for text that breaks the rules of SDP or ICE (400). */
export function malformed(detail: string): SdpRefusal {
  return { ok: false, reason: 'malformed', detail };
}

/** A refusal for a correct offer that this server cannot serve (422). */
export function unservable(detail: string): SdpRefusal {
  return { ok: false, reason: 'unservable', detail };
}
