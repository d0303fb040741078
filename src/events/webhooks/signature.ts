/** Signatures of webhooks, as the Standard Webhooks specification 1.0.0 has them (symmetric, "v1"). */
import { createHmac } from 'node:crypto';

export interface SignedMessage {
  /** The event's id: the same at each attempt. */
  id: string;
  /** Seconds since the epoch, of this attempt. */
  timestamp: number;
  body: string;
}

/** The key that "whsec_" and base64 stand for. */
export function webhookKey(secret: string): Buffer {
  return Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
}

/** The headers that let a receiver check who has sent a message, and when. */
export function signatureHeaders({ id, timestamp, body }: SignedMessage, key: Uint8Array): Record<string, string> {
  const signature = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64');
  return { 'webhook-id': id, 'webhook-timestamp': String(timestamp), 'webhook-signature': `v1,${signature}` };
}
