import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EventParser } from './event-parser.ts';

const TEXT =
  ': hello\n\nevent: active\ndata: {}\n\nevent:layers\r\ndata: {"a":\r\ndata: 1}\r\n\r\nid: 7\ndata\n\nevent: x\n\n';
const EVENTS = [
  { event: 'active', data: '{}' },
  { event: 'layers', data: '{"a":\n1}' },
  { event: '', data: '' },
];

describe('EventParser', () => {
  it('reads events, skips comments and what has no data', () => {
    expect(new EventParser().push(TEXT)).toEqual(EVENTS);
  });

  it('reads the same however the text is cut', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(TEXT.length)), (cuts) => {
        const parser = new EventParser();
        const ends = [...cuts.sort((a, b) => a - b), TEXT.length];
        const events = ends.flatMap((end, index) => parser.push(TEXT.slice(ends[index - 1] ?? 0, end)));
        expect(events).toEqual(EVENTS);
      }),
    );
  });

  it('keeps an event back until it is complete', () => {
    const parser = new EventParser();
    expect(parser.push('data: 1\n')).toEqual([]);
    expect(parser.push('\n')).toEqual([{ event: '', data: '1' }]);
  });
});
