import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Recording } from './recording.ts';
import { localTime, searchShelf, sectionsOf, SHELF_ORDERS, sortShelf } from './shelf.ts';

function recording(id: string, given: Partial<Recording> = {}): Recording {
  return {
    ...{ id, room: 'room', startedAt: 0, duration: 0, size: 0, state: 'done', files: [], error: undefined },
    ...{ videoCodec: undefined, audioCodec: undefined, width: undefined, height: undefined },
    ...given,
  };
}

const ids = (recordings: readonly Recording[]): string => recordings.map(({ id }) => id).join('');

/** Local time, as the visitor has it. */
const at = (month: number, day: number, hour = 12): number => new Date(2026, month - 1, day, hour, 5).getTime();

describe('localTime', () => {
  it('has every part with all its digits', () => {
    expect(localTime(new Date(2026, 0, 2, 3, 4).getTime())).toBe('2026-01-02 03:04');
  });
});

describe('searchShelf', () => {
  const shelf = [
    recording('a', { room: 'Lecture', startedAt: at(11, 22, 16) }),
    recording('b', { room: '现场-Straße', startedAt: at(11, 2) }),
    recording('c', { room: 'lecture-2', startedAt: at(1, 2) }),
  ];
  const shown = (time: number): string => new Date(time).toLocaleString('en', { dateStyle: 'medium' });
  const find = (text: string, day = ''): string => ids(searchShelf(shelf, { text, day }, shown));

  it.each([
    ['', 'abc'],
    ['  ', 'abc'],
    ['LECT', 'ac'],
    ['现场', 'b'],
    ['straße', 'b'],
    ['ＬＥＣＴＵＲＥ', 'ac'],
    ['2026-11', 'ab'],
    ['2026/11/2', 'b'],
    ['2026/11/02', 'b'],
    ['11.22', 'a'],
    ['16:05', 'a'],
    ['nov 22', 'a'],
    ['lecture nov', 'a'],
    ['lecture feb', ''],
    ['nobody', ''],
  ])('finds by %j', (text, expected) => expect(find(text)).toBe(expected));

  it('keeps to a day', () => {
    expect(find('', '2026-11-02')).toBe('b');
    expect(find('lecture', '2026-11-02')).toBe('');
    expect(find('', '2026-11-03')).toBe('');
  });
});

describe('sortShelf', () => {
  const shelf = [
    recording('a', { room: 'room-10', startedAt: 3, duration: 5, size: 1 }),
    recording('b', { room: 'room-9', startedAt: 1, duration: 9, size: 2 }),
    recording('c', { room: 'room-10', startedAt: 4, duration: 5, size: 9 }),
    recording('d', { room: 'room-9', startedAt: 4, duration: 1, size: 2 }),
  ];

  it.each([
    ['newest', 'dcab'],
    ['longest', 'bcad'],
    ['largest', 'cdba'],
    ['room', 'dbca'],
  ] as const)('puts the %s in order', (order, expected) => {
    expect(ids(sortShelf(shelf, order))).toBe(expected);
    expect(ids(sortShelf([...shelf].reverse(), order))).toBe(expected);
    expect(ids(shelf)).toBe('abcd');
  });

  it('loses none and gives one order, whatever the list', () => {
    const one = fc.record({ room: fc.constantFrom('a', 'A', 'b', 'é', 'é'), startedAt: fc.nat(3), size: fc.nat(3) });
    fc.assert(
      fc.property(fc.array(one), fc.constantFrom(...SHELF_ORDERS), (list, order) => {
        const shelf = list.map((given, index) => recording(String(index).padStart(3, '0'), given));
        const sorted = sortShelf(shelf, order).map(({ id }) => id);
        expect([...sorted].sort()).toEqual(shelf.map(({ id }) => id));
        expect(sortShelf([...shelf].reverse(), order).map(({ id }) => id)).toEqual(sorted);
      }),
    );
  });
});

describe('sectionsOf', () => {
  const shelf = [recording('a', { room: 'x' }), recording('b', { room: 'x' }), recording('c', { room: 'y' })];

  it('has one a room in the order of rooms', () => {
    expect(sectionsOf(shelf, 'room').map(({ room, recordings }) => [room, ids(recordings)])).toEqual([
      ['x', 'ab'],
      ['y', 'c'],
    ]);
    expect(sectionsOf([], 'room')).toEqual([]);
  });

  it('does not divide other orders', () => {
    expect(sectionsOf(shelf, 'newest').map(({ room, recordings }) => [room, ids(recordings)])).toEqual([
      [undefined, 'abc'],
    ]);
  });
});
