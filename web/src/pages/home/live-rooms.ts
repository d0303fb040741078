/** What the home page shows of the rooms: which, in what order, by what name. Pure. */
import type { Room } from '../../../../src/http/api-schemas.ts';
import type { LayerRequest } from '../../api/layers.ts';

/** What a room is called: its title, or its name where it has none. */
export function titleOf({ title, name }: Pick<Room, 'title' | 'name'>): string {
  return title === undefined || title === '' ? name : title;
}

/** The live rooms, those with most viewers first; among equals the one that is live longest. */
export function liveRooms(rooms: readonly Room[]): Room[] {
  return rooms.filter(({ live }) => live).sort((a, b) => b.subscribers - a.subscribers || compareBegin(a, b));
}

/** The rooms in whose name, title or description every word of a text occurs. */
export function searchRooms(rooms: readonly Room[], text: string): Room[] {
  const words = folded(text).split(/\s+/).filter(Boolean);
  return rooms.filter(({ name, title, description }) => {
    const all = folded([name, title, description].join('\n'));
    return words.every((word) => all.includes(word));
  });
}

/** What asks the server for a room's smallest picture; undefined where there is but one. */
export function lowestLayer({ tracks }: Pick<Room, 'tracks'>): LayerRequest | undefined {
  const layers = tracks.find(({ kind }) => kind === 'video')?.layers ?? [];
  const arriving = layers.filter(({ bitrate }) => bitrate > 0);
  const [smallest] = [...arriving].sort(
    (a, b) => (a.height ?? Infinity) - (b.height ?? Infinity) || a.bitrate - b.bitrate,
  );
  if (smallest === undefined) return undefined;
  if (smallest.rid !== undefined) return { encodingId: smallest.rid };
  const isSpatial = smallest.layers?.some(({ spatialLayerId }) => spatialLayerId > 0) === true;
  return isSpatial ? { spatialLayerId: 0 } : undefined;
}

/** Which of so many colours stands for a room where there is no picture of it: always the same one. */
export function colourOf(name: string, colours: number): number {
  let hash = 0;
  for (const character of name) hash = (hash * 31 + (character.codePointAt(0) ?? 0)) % 65_521;
  return hash % colours;
}

function compareBegin(a: Room, b: Room): number {
  const [first, second] = [a.liveSince ?? '', b.liveSince ?? ''];
  return first === second ? a.name.localeCompare(b.name) : first < second ? -1 : 1;
}

function folded(text: string): string {
  return text.normalize('NFKC').toLowerCase();
}
