/** The parameters of a route's path, percent-decoded. */
import type { FastifyRequest } from 'fastify';
import { ServiceError } from '../errors.ts';
import { parseRoomName } from '../util/room-name.ts';

/** A parameter; empty where the route has none of this name. */
export function pathParameter(request: FastifyRequest, name: string): string {
  const parameters = request.params as Readonly<Record<string, string | undefined>>;
  return parameters[name] ?? '';
}

/** The recorded file that the path names, below RECORD_DIR: a folder and a file in the form that names have (NFC). */
export function recordedFile(request: FastifyRequest): string {
  const parts = [pathParameter(request, 'folder'), pathParameter(request, 'file')];
  // An encoded slash does not make a path of a name.
  return parts.some((part) => part.includes('/')) ? '' : parts.join('/').normalize('NFC');
}

/** The room that the path names; refused where it is no room's name. */
export function roomParameter(request: FastifyRequest): string {
  const name = parseRoomName(pathParameter(request, 'room'));
  if (name === undefined) throw new ServiceError('bad_room_name');
  return name;
}

/** The room that the query names, if any; refused where it is no room's name. */
export function roomQuery(request: FastifyRequest): string | undefined {
  const { room } = request.query as Readonly<Record<string, unknown>>;
  if (room === undefined) return undefined;
  const name = typeof room === 'string' ? parseRoomName(room) : undefined;
  if (name === undefined) throw new ServiceError('bad_room_name');
  return name;
}

/** The number that a path names; throws the given refusal where it is none. */
export function idParameter(
  request: FastifyRequest,
  name: string,
  otherwise: 'no_such_ban' | 'no_such_mute' | 'no_such_message',
): number {
  const text = pathParameter(request, name);
  if (!/^\d{1,15}$/.test(text)) throw new ServiceError(otherwise);
  return Number(text);
}
