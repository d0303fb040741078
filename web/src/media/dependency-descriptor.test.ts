import { describe, expect, it } from 'vitest';
import { receiveDependencyDescriptors } from './dependency-descriptor.ts';

const MID = { uri: 'urn:ietf:params:rtp-hdrext:sdes:mid', direction: 'sendrecv' } as const;
const DESCRIPTOR = {
  uri: 'https://aomediacodec.github.io/av1-rtp-spec/#dependency-descriptor-rtp-header-extension',
  direction: 'stopped',
} as const;

describe('receiveDependencyDescriptors', () => {
  it('adds the extension to what is offered', () => {
    const set: unknown[] = [];
    receiveDependencyDescriptors({
      direction: 'recvonly',
      getHeaderExtensionsToNegotiate: () => [MID, DESCRIPTOR],
      setHeaderExtensionsToNegotiate: (extensions) => set.push(extensions),
    });
    expect(set).toEqual([[MID, { ...DESCRIPTOR, direction: 'sendrecv' }]]);
  });

  it('leaves browsers alone that do not know it', () => {
    const set: unknown[] = [];
    receiveDependencyDescriptors({ direction: 'recvonly' });
    receiveDependencyDescriptors({
      direction: 'recvonly',
      getHeaderExtensionsToNegotiate: () => [MID],
      setHeaderExtensionsToNegotiate: (extensions) => set.push(extensions),
    });
    expect(set).toEqual([]);
  });
});
