import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { candidateText, describeCandidates } from './candidates.ts';
import type { Candidate } from './types.ts';

const lines = (...candidates: Candidate[]) => describeCandidates(candidates).map(candidateText);

describe('describeCandidates', () => {
  it('numbers addresses and keeps their order', () => {
    expect(
      lines(
        { address: '203.0.113.1', port: 8189, protocol: 'udp' },
        { address: '2001:db8::1', port: 8189, protocol: 'udp' },
        { address: '203.0.113.1', port: 8190, protocol: 'udp' },
        { address: '203.0.113.1', port: 8189, protocol: 'tcp' },
      ),
    ).toEqual([
      '1 1 udp 2130706431 203.0.113.1 8189 typ host',
      '2 1 udp 2130706175 2001:db8::1 8189 typ host',
      '1 1 udp 2130705919 203.0.113.1 8190 typ host',
      '3 1 tcp 1520434431 203.0.113.1 8189 typ host tcptype passive',
    ]);
  });

  it('leaves out duplicates', () => {
    const candidate = { address: '203.0.113.1', port: 8189, protocol: 'udp' } as const;
    expect(lines(candidate, { ...candidate })).toHaveLength(1);
  });

  it('gives priorities that fall within a protocol and put UDP first (RFC 8445 5.1.2, RFC 6544 4.2)', () => {
    const candidate = fc.record({
      address: fc.ipV4(),
      port: fc.integer({ min: 1, max: 65_535 }),
      protocol: fc.constantFrom('udp' as const, 'tcp' as const),
    });
    fc.assert(
      fc.property(fc.array(candidate, { maxLength: 50 }), (candidates) => {
        const described = describeCandidates(candidates);
        const priorities = (transport: string) =>
          described.filter((line) => line.transport === transport).map((line) => line.priority);
        const ordered = [...priorities('udp'), ...priorities('tcp')];
        expect(ordered).toEqual([...new Set(ordered)].sort((a, b) => b - a));
        for (const priority of ordered) expect(priority >= 1 && priority < 2 ** 31).toBe(true);
      }),
    );
  });
});
