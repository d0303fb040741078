import { describe, expect, it } from 'vitest';
import { linkedUrl, parseLinks } from './links.ts';

const LAYER = 'urn:ietf:params:whep:ext:core:layer';
const HEADER = `<stun:a.example>; rel="ice-server", </s/1/sse>; rel="x:events"; events="a,b;c", </s/1/layer>; rel="${LAYER}"`;

describe('links', () => {
  it('keep commas and semicolons inside quotes', () => {
    const links = parseLinks(HEADER);
    expect(links.map(({ target }) => target)).toEqual(['stun:a.example', '/s/1/sse', '/s/1/layer']);
    expect(links[1]?.parameters.get('events')).toBe('a,b;c');
  });

  it('are found by their relation, relative to the answer', () => {
    expect(linkedUrl(HEADER, LAYER, 'https://a.example/api/whep/play/x')).toBe('https://a.example/s/1/layer');
    expect(linkedUrl(HEADER, 'none', 'https://a.example')).toBeUndefined();
    expect(linkedUrl(null, LAYER, 'https://a.example')).toBeUndefined();
    expect(linkedUrl('<http://[>; rel="x"', 'x', 'https://a.example')).toBeUndefined();
  });
});
