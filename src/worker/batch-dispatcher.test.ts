import { describe, expect, it } from 'vitest';
import { RECORD_KIND, RECORD_WORDS, type Transport } from '../native/addon.ts';
import { BatchDispatcher } from './batch-dispatcher.ts';

/** What a transport shows in a callback, as far as the dispatcher looks: one record of each kind. */
function read(kinds: readonly number[]): Transport {
  const records = new Uint32Array(kinds.length * RECORD_WORDS);
  kinds.forEach((kind, index) => records.set([kind, 1], index * RECORD_WORDS));
  return { data: new Uint8Array(100), records } as unknown as Transport;
}

function dispatched(kinds: readonly number[]): string[] {
  const calls: string[] = [];
  const dispatcher = new BatchDispatcher({
    stun: () => calls.push('stun'),
    rtp: (_peer, _ssrc, { count }) => calls.push(`rtp ${count}`),
    rtcp: () => calls.push('rtcp'),
    dtlsConnected: () => calls.push('connected'),
    dtlsFailed: () => calls.push('failed'),
    dtlsClosed: () => calls.push('closed'),
  });
  dispatcher.dispatch(read(kinds), kinds.length, 0);
  return calls;
}

const { stun, rtp, rtcp, dtlsClosed } = RECORD_KIND;

describe('what a read brought', () => {
  it('lets packets go before the checks that came before them, which are all handled', () => {
    expect(dispatched([stun, rtp, stun, rtp, stun])).toEqual(['rtp 2', 'stun', 'stun', 'stun']);
  });

  it('keeps packets before the reports that tell of them, and before the end of their sender', () => {
    expect(dispatched([rtp, rtp, rtcp, rtp, dtlsClosed])).toEqual(['rtp 2', 'rtcp', 'rtp 1', 'closed']);
  });
});
