import { describe, expect, it } from 'vitest';
import type { Transport } from '../native/addon.ts';
import { generateCertificate } from '../native/transport.ts';
import { CLIENT_OFFERS } from '../protocol/sdp/testing/offers.ts';
import { systemClock, systemRandomness } from './environment.ts';
import { SessionOpener } from './session-opener.ts';

function openWith(fault: Error): () => unknown {
  const transport = {
    createPeer() {
      throw fault;
    },
  } as unknown as Transport;
  const opener = new SessionOpener({
    transport,
    certificate: generateCertificate(),
    candidates: [],
    gopCacheMs: 0,
    clock: systemClock,
    randomness: systemRandomness,
  });
  const offer = CLIENT_OFFERS.find(({ role }) => role === 'publish')?.text ?? '';
  const noRoom = (): never => {
    throw new Error('No room is needed for a session that cannot be.');
  };
  return () => opener.open({ role: 'publish', room: 'room', sessionId: 'session', offer }, noRoom);
}

describe('SessionOpener', () => {
  it('refuses a session that the transport has no room for', () => {
    const full = Object.assign(new Error('The transport has as many peers as it can.'), { code: 'ERR_TOO_MANY_PEERS' });
    expect(openWith(full)).toThrow(expect.objectContaining({ code: 'worker_overloaded', status: 503 }));
  });

  it('passes on what else goes wrong', () => {
    const fault = new Error('Something else.');
    expect(openWith(fault)).toThrow(fault);
  });
});
