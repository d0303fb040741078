import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseFragment, writeFragment } from './fragment.ts';
import { negotiatePlay, negotiatePublish } from './negotiate.ts';
import { parseOffer } from './parse-offer.ts';
import { accepted, AUDIO_LINES, CLIENT_OFFERS, clientOffer, refused, SESSION_LINES } from './testing/offers.ts';
import type { Candidate } from './types.ts';

const CREDENTIALS = ['a=ice-ufrag:EsAw', 'a=ice-pwd:P2uYro0UCOQ4zxjKXaWCBui1'];
const HOST = 'candidate:1 1 udp 2130706431 192.0.2.10 54321 typ host';

const read = (...lines: string[]) => accepted(parseFragment(lines.map((line) => `${line}\r\n`).join('')));

describe('parseFragment', () => {
  it('reads what whip-whep writes, without a v= line', () => {
    const section = (mid: string) => ['m=audio 9 UDP/TLS/RTP/SAVPF 0', `a=mid:${mid}`];
    expect(read(...CREDENTIALS, ...section('0'), `a=${HOST}`, 'a=end-of-candidates')).toEqual({
      ice: { ufrag: 'EsAw', password: 'P2uYro0UCOQ4zxjKXaWCBui1' },
      candidates: [{ address: '192.0.2.10', port: 54321, protocol: 'udp' }],
      endOfCandidates: true,
    });
  });

  it('takes credentials of a section, the first where sections differ', () => {
    const other = ['a=ice-ufrag:other', 'a=ice-pwd:otherotherotherotherother'];
    const { ice } = read('m=audio 9 RTP/AVP 0', 'a=mid:0', ...CREDENTIALS, 'm=video 9 RTP/AVP 0', 'a=mid:1', ...other);
    expect(ice?.ufrag).toBe('EsAw');
  });

  it('takes credentials alone, as in an ICE restart', () => {
    expect(read(...CREDENTIALS)).toMatchObject({ candidates: [], endOfCandidates: false });
  });

  it('takes candidates alone, and the end of candidates alone', () => {
    expect(read('m=audio 9 RTP/AVP 0', `a=${HOST}`)).toMatchObject({ ice: undefined, endOfCandidates: false });
    expect(read('m=audio 9 RTP/AVP 0', 'a=end-of-candidates')).toMatchObject({ candidates: [], endOfCandidates: true });
  });

  it.each([
    ['component 0', 'candidate:1 0 udp 1 192.0.2.10 5 typ host'],
    ['a transport in capitals', 'candidate:1 1 UDP 2015363327 192.0.2.10 5 typ host'],
    ['IPv6', 'candidate:1 1 udp 1 2001:db8::10 5 typ host'],
    ['ICE-TCP', 'candidate:1 1 tcp 1 192.0.2.10 9 typ host tcptype active'],
    ['a reflexive one', 'candidate:1 1 udp 1 192.0.2.10 5 typ srflx raddr 0.0.0.0 rport 0 generation 0 ufrag EsAw'],
  ])('takes %s', (_what, line) => {
    expect(read(`a=${line}`).candidates).toHaveLength(1);
  });

  it.each([
    ['an mDNS name', 'candidate:1 1 udp 1 5b4c3a2d-0000-4000-8000-000000000000.local 5 typ host'],
    ['a host name', 'candidate:1 1 udp 1 client.example.com 5 typ host'],
    ['another transport', 'candidate:1 1 sctp 1 192.0.2.10 5 typ host'],
    ['RTCP on its own', 'candidate:1 2 udp 1 192.0.2.10 5 typ host'],
    ['a port beyond 65535', 'candidate:1 1 udp 1 192.0.2.10 65536 typ host'],
    ['a zone', 'candidate:1 1 udp 1 fe80::1%eth0 5 typ host'],
  ])('drops %s in silence', (_what, line) => {
    expect(read(`a=${line}`, `a=${HOST}`).candidates).toEqual([
      { address: '192.0.2.10', port: 54321, protocol: 'udp' },
    ]);
    expect(read(`a=${line}`).candidates).toEqual([]);
  });

  it.each([
    ['nothing', ''],
    ['no attribute of use', 'm=audio 9 RTP/AVP 0\r\na=mid:0\r\n'],
    ['a candidate that is none', 'a=candidate:garbage\r\n'],
    ['an empty candidate', 'a=candidate:\r\n'],
    ['a ufrag alone', 'a=ice-ufrag:EsAw\r\n'],
    ['a short password', 'a=ice-ufrag:EsAw\r\na=ice-pwd:short\r\n'],
    ['JSON', '{"candidate":""}'],
  ])('refuses %s', (_what, text) => {
    expect(refused(parseFragment(text)).reason).toBe('malformed');
  });

  it('is bounded', () => {
    expect(read(...Array<string>(500).fill(`a=${HOST}`)).candidates).toHaveLength(100);
  });

  it('reads the candidates of whole offers, too', () => {
    for (const { text, name } of CLIENT_OFFERS) {
      const fragment = parseFragment(text);
      expect([name, fragment.ok]).toEqual([name, true]);
    }
    const { candidates } = accepted(parseFragment(clientOffer('chromium-publish-camera-mdns')));
    expect(candidates.every(({ address }) => !address.endsWith('.local'))).toBe(true);
  });

  it('never throws', () => {
    const line = fc.constantFrom(...CREDENTIALS, `a=${HOST}`, 'm=audio 9 RTP/AVP 0', 'a=mid:0', 'a=end-of-candidates');
    const text = fc.array(fc.oneof(line, fc.string({ unit: 'binary' }))).map((lines) => lines.join('\r\n'));
    fc.assert(fc.property(text, (input) => typeof parseFragment(input).ok === 'boolean'));
  }, 60_000);
});

describe('writeFragment', () => {
  const ice = { ufrag: 'Local+/1', password: 'LocalPassword+/8901234' };
  const candidates: Candidate[] = [
    { address: '203.0.113.1', port: 8189, protocol: 'udp' },
    { address: '2001:db8::1', port: 8189, protocol: 'udp' },
  ];

  it('names the section that carries the bundle', () => {
    const negotiation = accepted(negotiatePublish(accepted(parseOffer(clientOffer('gstreamer-publish-vp8')))));
    expect(writeFragment(negotiation, { ice, candidates }).split('\r\n')).toEqual([
      'a=ice-lite',
      'a=ice-options:ice2 trickle',
      'a=group:BUNDLE video0 audio1',
      'm=video 9 UDP/TLS/RTP/SAVPF 0',
      'a=mid:video0',
      'a=ice-ufrag:Local+/1',
      'a=ice-pwd:LocalPassword+/8901234',
      'a=candidate:1 1 udp 2130706431 203.0.113.1 8189 typ host',
      'a=candidate:2 1 udp 2130706175 2001:db8::1 8189 typ host',
      'a=end-of-candidates',
      '',
    ]);
  });

  it('has no mid where the offer has none', () => {
    const lines = [...SESSION_LINES, ...AUDIO_LINES].filter((line) => !/^a=(?:group|mid)/.test(line));
    const negotiation = accepted(negotiatePublish(accepted(parseOffer(lines.join('\r\n')))));
    expect(writeFragment(negotiation, { ice, candidates })).not.toMatch(/a=(?:mid|group)/);
  });

  it('is read back as it was', () => {
    const iceString = (minLength: number) =>
      fc.stringMatching(/^[A-Za-z0-9+/]*$/, { maxLength: 64 }).map((text) => text.padEnd(minLength, 'a'));
    const local = fc.record({
      ice: fc.record({ ufrag: iceString(4), password: iceString(22) }),
      candidates: fc.uniqueArray(
        fc.record({
          address: fc.oneof(fc.ipV4(), fc.ipV6()),
          port: fc.integer({ min: 1, max: 65_535 }),
          protocol: fc.constantFrom('udp' as const, 'tcp' as const),
        }),
        { maxLength: 20, selector: ({ address, port, protocol }) => `${protocol} ${address} ${port}` },
      ),
    });
    const negotiations = CLIENT_OFFERS.map(({ role, text }) => {
      const offer = accepted(parseOffer(text));
      return accepted(role === 'publish' ? negotiatePublish(offer) : negotiatePlay(offer));
    });
    fc.assert(
      fc.property(fc.constantFrom(...negotiations), local, (negotiation, written) => {
        expect(parseFragment(writeFragment(negotiation, written))).toEqual({
          ok: true,
          value: { ...written, endOfCandidates: true },
        });
      }),
    );
  }, 60_000);
});
