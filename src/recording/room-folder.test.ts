import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nameTime, roomFolder } from './room-folder.ts';

describe('roomFolder', () => {
  it('is the name of the room', () => {
    expect(['show', 'Größe_1.x', '部屋'].map(roomFolder)).toEqual(['show', 'Größe_1.x', '部屋']);
  });

  it('shortens a name that no file system takes, to one that no room has', () => {
    const room = '𐐀'.repeat(64);
    expect(roomFolder(room)).toMatch(/^~[0-9a-f]{32}$/);
    expect(roomFolder('𐐀'.repeat(63))).toBe('𐐀'.repeat(63));
    expect(roomFolder(room)).not.toBe(roomFolder('𐐁'.repeat(64)));
  });

  it('never leaves the directory, whatever the name', () => {
    const hostile = fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('..', '.', '../x', 'a/b', '', '\0', '.x'));
    fc.assert(
      fc.property(hostile, (room) => {
        const folder = roomFolder(room);
        expect(folder).toMatch(/^[^./\0][^/\0]*$/u);
        expect(Buffer.byteLength(folder)).toBeLessThanOrEqual(255);
      }),
    );
  });
});

describe('nameTime', () => {
  it('sorts as time does', () => {
    expect(nameTime(Date.UTC(2026, 10, 22, 10, 15, 30, 999))).toBe('20261122T101530Z');
  });
});
