import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { attachment } from './content-disposition.ts';

describe('attachment', () => {
  it('writes plain names plainly', () => {
    expect(attachment('a b-c_1.webm')).toBe('attachment; filename="a b-c_1.webm"');
  });

  it('writes others twice', () => {
    expect(attachment('naïve (1)*.webm')).toBe(
      `attachment; filename="na_ve (1)*.webm"; filename*=UTF-8''na%C3%AFve%20%281%29%2A.webm`,
    );
    expect(attachment('a"b\\c%20.webm')).toBe(
      `attachment; filename="a_b_c_20.webm"; filename*=UTF-8''a%22b%5Cc%2520.webm`,
    );
  });

  it('is one header for every name, and tells it', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (name) => {
        const header = attachment(name);
        expect(header).toMatch(
          /^attachment; filename="[\x20-\x7E]*"(?:; filename\*=UTF-8''[!#$&+\-.^_`|~%0-9A-Za-z]*)?$/,
        );
        const [, extended] = /filename\*=UTF-8''(.*)$/.exec(header) ?? [];
        if (extended !== undefined) expect(decodeURIComponent(extended)).toBe(name);
        else expect(header).toBe(`attachment; filename="${name}"`);
      }),
    );
  });
});
