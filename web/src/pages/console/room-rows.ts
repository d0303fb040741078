/** The rooms of the list: those that are open, and those that are set up. */
import type { RoomList, RoomSettingsAnswer } from '../../api/admin.ts';

type Room = RoomList[number];

export interface RoomRow {
  name: string;
  title: string | undefined;
  state: 'live' | 'waiting' | 'closed';
  viewers: number;
  /** Bits a second from the publisher. */
  bitrate: number;
  codecs: string[];
  /** Such as '720p'. */
  layers: string[];
  warnings: string[];
  isLocked: boolean;
  isListed: boolean;
  hasPassword: boolean;
}

/** Live rooms first, then those with viewers, then those that are only set up; by name among these. */
export function roomRows(rooms: RoomList, settings: readonly RoomSettingsAnswer[]): RoomRow[] {
  const open = new Map(rooms.map((room) => [room.name, room]));
  const setUp = new Map(settings.map((one) => [one.room, one]));
  const names = [...new Set([...open.keys(), ...setUp.keys()])];
  const rows = names.map((name) => rowOf(name, open.get(name), setUp.get(name)));
  const order = ['live', 'waiting', 'closed'];
  return rows.sort((a, b) => order.indexOf(a.state) - order.indexOf(b.state) || a.name.localeCompare(b.name));
}

function rowOf(name: string, room: Room | undefined, settings: RoomSettingsAnswer | undefined): RoomRow {
  const tracks = room?.tracks ?? [];
  const title = settings?.title ?? room?.title ?? '';
  return {
    name,
    title: title === '' ? undefined : title,
    state: room === undefined ? 'closed' : room.live ? 'live' : 'waiting',
    viewers: room?.subscribers ?? 0,
    bitrate: tracks.reduce((sum, { bitrate }) => sum + bitrate, 0),
    codecs: tracks.flatMap(({ codec }) => (codec === undefined ? [] : [codec])),
    layers: tracks.filter(({ kind }) => kind === 'video').flatMap(layerNames),
    warnings: room?.warnings.map(({ code }) => code) ?? [],
    isLocked: settings?.locked ?? room?.locked ?? false,
    isListed: settings?.listed ?? true,
    hasPassword: settings?.hasPassword ?? false,
  };
}

/** As people call sizes of pictures: by their lines, which are the shorter side. */
function layerNames({ width, height, layers }: Room['tracks'][number]): string[] {
  const sizes = layers.flatMap((layer) => (layer.layers === undefined ? [layer] : layer.layers));
  const names = (sizes.length === 0 ? [{ width, height }] : sizes).map((size) =>
    size.width === undefined || size.height === undefined ? undefined : `${Math.min(size.width, size.height)}p`,
  );
  return [...new Set(names.filter((name) => name !== undefined))];
}
