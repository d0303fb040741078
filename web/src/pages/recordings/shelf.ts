/** Search and order of the shelf. Pure. */
import type { Recording } from './recording.ts';

export type ShelfOrder = 'newest' | 'longest' | 'largest' | 'room';

export const SHELF_ORDERS: readonly ShelfOrder[] = ['newest', 'longest', 'largest', 'room'];

export interface ShelfQuery {
  /** Words that room or time must hold. */
  text: string;
  /** Local date as a date field has it, YYYY-MM-DD; empty for any. */
  day: string;
}

/** Milliseconds since the epoch as local date and time: 2026-11-22 16:05. */
export function localTime(time: number): string {
  const date = new Date(time);
  const two = (value: number): string => String(value).padStart(2, '0');
  const day = [String(date.getFullYear()).padStart(4, '0'), two(date.getMonth() + 1), two(date.getDate())].join('-');
  return `${day} ${two(date.getHours())}:${two(date.getMinutes())}`;
}

/** The recordings that a search finds. `shown` gives a time (ms) as the page shows it, so that it can be searched for. */
export function searchShelf(
  recordings: readonly Recording[],
  { text, day }: ShelfQuery,
  shown: (time: number) => string,
): Recording[] {
  const words = fold(text).split(/\s+/).filter(Boolean);
  return recordings.filter(({ room, startedAt }) => {
    const local = localTime(startedAt);
    if (day !== '' && !local.startsWith(day)) return false;
    if (words.length === 0) return true;
    const place = fold(room);
    const time = `${local} ${fold(shown(startedAt))}`;
    return words.every((word) => place.includes(word) || time.includes(word) || local.includes(asIsoDate(word)));
  });
}

/** Without the differences that a search does not mind. */
function fold(text: string): string {
  return text.normalize('NFKC').toLowerCase();
}

/** 2026/11/2 and 2026.11.02 as ISO 8601 has them; another word as it is. */
function asIsoDate(word: string): string {
  if (!/^\d+[/.-]\d+(?:[/.-]\d+)?$/.test(word)) return word;
  return word
    .split(/[/.-]/)
    .map((part) => part.padStart(2, '0'))
    .join('-');
}

/** The recordings in order; among equals the newest first. */
export function sortShelf(recordings: readonly Recording[], order: ShelfOrder): Recording[] {
  return [...recordings].sort((a, b) => compare(a, b, order) || b.startedAt - a.startedAt || (a.id < b.id ? 1 : -1));
}

function compare(a: Recording, b: Recording, order: ShelfOrder): number {
  switch (order) {
    case 'newest':
      return 0;
    case 'longest':
      return b.duration - a.duration;
    case 'largest':
      return b.size - a.size;
    case 'room':
      return a.room.localeCompare(b.room, undefined, { numeric: true }) || (a.room < b.room ? -1 : +(a.room > b.room));
  }
}

export interface ShelfSection {
  /** Undefined where the shelf is not divided. */
  room: string | undefined;
  recordings: Recording[];
}

/** Sorted recordings in the parts that the page shows: a part a room where they are in the order of rooms. */
export function sectionsOf(recordings: readonly Recording[], order: ShelfOrder): ShelfSection[] {
  if (order !== 'room') return [{ room: undefined, recordings: [...recordings] }];
  const sections: ShelfSection[] = [];
  for (const recording of recordings) {
    const last = sections.at(-1);
    if (last?.room === recording.room) last.recordings.push(recording);
    else sections.push({ room: recording.room, recordings: [recording] });
  }
  return sections;
}
