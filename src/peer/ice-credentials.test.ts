import { describe, expect, it } from 'vitest';
import { ICE_CREDENTIALS_RANDOM_BYTES, createIceCredentials } from './ice-credentials.ts';

describe('createIceCredentials', () => {
  it('uses every ice-char equally often', () => {
    const counts = new Map<string, number>();
    for (let value = 0; value < 256; value++) {
      const { ufrag, password } = createIceCredentials(new Uint8Array(ICE_CREDENTIALS_RANDOM_BYTES).fill(value));
      expect(ufrag + password).toMatch(/^[A-Za-z0-9+/]{32}$/);
      counts.set(ufrag, (counts.get(ufrag) ?? 0) + 1);
    }
    expect(counts.size).toBe(64);
    expect(new Set(counts.values())).toEqual(new Set([4]));
  });

  it('makes the lengths that RFC 8445 5.3 asks for, of separate bytes', () => {
    const bytes = Uint8Array.from({ length: ICE_CREDENTIALS_RANDOM_BYTES + 10 }, (_, index) => index);
    const { ufrag, password } = createIceCredentials(bytes);
    expect(ufrag).toBe('ABCDEFGH');
    expect(password).toBe('IJKLMNOPQRSTUVWXYZabcdef');
    expect(ufrag.length).toBeGreaterThanOrEqual(4);
    expect(password.length).toBeGreaterThanOrEqual(22);
  });

  it('throws on too little randomness', () => {
    expect(() => createIceCredentials(new Uint8Array(ICE_CREDENTIALS_RANDOM_BYTES - 1))).toThrow(RangeError);
  });
});
