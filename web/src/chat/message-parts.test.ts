import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { messageParts } from './message-parts.ts';

const joined = (text: string): string =>
  messageParts(text)
    .map((part) => part.text)
    .join('');

describe('the parts of a message', () => {
  it('are the message, whatever it is', () => {
    fc.assert(fc.property(fc.string({ unit: 'grapheme' }), (text) => joined(text) === text));
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('https://a.example/', ' ', '(', ')', '.', 'x', '，')),
        (pieces) => joined(pieces.join('')) === pieces.join(''),
      ),
    );
  });

  it.each([
    ['see https://example.org/a?b=c#d.', 'https://example.org/a?b=c#d'],
    ['(http://example.org/a_(b))', 'http://example.org/a_(b)'],
    ['看https://example.org/路径，好', 'https://example.org/%E8%B7%AF%E5%BE%84'],
    ['HTTPS://EXAMPLE.ORG/x!', 'https://example.org/x'],
  ])('has a link in %s', (text, href) => {
    expect(messageParts(text)).toContainEqual(expect.objectContaining({ kind: 'link', href }));
  });

  it.each([
    'javascript:alert(1)',
    'data:text/html,<script>alert(1)</script>',
    'vbscript:x',
    'http://',
    'file:///etc/passwd',
    'blob:https',
  ])('has no link in %s', (text) => {
    expect(messageParts(text)).toEqual([{ kind: 'text', text }]);
  });

  it('marks names, and only where they can be', () => {
    const mention = (start: number, length: number) => ({ author: 'a', start, length });
    expect(messageParts('hi @Bo!', [mention(3, 3)])).toEqual([
      { kind: 'text', text: 'hi ' },
      { kind: 'mention', text: '@Bo', author: 'a' },
      { kind: 'text', text: '!' },
    ]);
    expect(messageParts('hi @Bo!', [mention(3, 30), mention(3, 0)])).toEqual([{ kind: 'text', text: 'hi @Bo!' }]);
    expect(messageParts('@Bo', [mention(0, 3), mention(1, 2)])).toEqual([
      { kind: 'mention', text: '@Bo', author: 'a' },
    ]);
  });
});
