import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { quoteTag, requestedTag } from './entity-tag.ts';
import { parseMediaType } from './media-type.ts';
import { parseRoomName } from '../util/room-name.ts';

describe('parseMediaType', () => {
  it.each([
    ['application/sdp', 'application/sdp'],
    ['Application/SDP', 'application/sdp'],
    ['application/sdp;charset=utf-8', 'application/sdp'],
    ['application/sdp ; charset="ut\\"f;-8" ; x=y', 'application/sdp'],
    ['application/sdp;', 'application/sdp'],
    ['application/trickle-ice-sdpfrag', 'application/trickle-ice-sdpfrag'],
  ])('%j', (header, type) => expect(parseMediaType(header)).toBe(type));

  it.each([
    undefined,
    '',
    'application',
    '/sdp',
    'application/',
    'a b/c',
    'a/b c',
    'a/b;c',
    'a/b;c="d',
    'a/b, c/d',
    'a/b;c=d e',
  ])('refuses %j', (header) => expect(parseMediaType(header)).toBeUndefined());

  it('takes time that grows with the length of the header alone', () => {
    const begin = performance.now();
    parseMediaType('a/b' + ';'.repeat(500) + '"');
    parseMediaType('a/b' + ' ;'.repeat(250) + '"');
    expect(performance.now() - begin).toBeLessThan(50);
  });
});

describe('requestedTag', () => {
  it('finds the tag that was quoted, whatever it is', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[\w+/=-]{1,40}$/), (tag) => {
        expect(requestedTag({ 'if-match': quoteTag(tag) }, tag)).toBe(tag);
      }),
    );
  });

  it('prefers the current tag, then any, then the first', () => {
    expect(requestedTag({ 'if-match': '"a", *, "b"' }, 'b')).toBe('b');
    expect(requestedTag({ 'if-match': '"a", "*"' }, 'b')).toBe('*');
    expect(requestedTag({ 'if-match': '"a", "c"' }, 'b')).toBe('a');
    expect(requestedTag({ 'if-match': 'W/"b"' }, 'b')).not.toBe('b');
    expect(requestedTag({ 'if-match': ' , ' }, 'b')).toBeUndefined();
    expect(requestedTag({}, 'b')).toBeUndefined();
    expect(requestedTag({ 'if-match': '"a"', etag: '"b"' }, 'b')).toBe('a');
  });
});

describe('parseRoomName', () => {
  it('gives names back that it gave before', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 70 }), (text) => {
        const name = parseRoomName(text);
        if (name === undefined) return;
        expect(parseRoomName(name)).toBe(name);
        expect([...name.matchAll(/./gu)].length).toBeLessThanOrEqual(64);
        expect(name).not.toMatch(/[\s/\\%\p{C}]/u);
      }),
    );
  });
});
