/** Pieces that the schemas of several routes share. */
import { Type } from 'typebox';
import type { TSchema } from 'typebox';
import { ERRORS } from '../errors.ts';

export const roomPathParameters = Type.Object({ room: Type.String({ description: 'Name of the room.' }) });

export const sessionPathParameters = Type.Object({
  session: Type.String({ description: 'From the Location header of the POST.' }),
});

export const eventStreamPathParameters = Type.Object({
  session: Type.String({ description: 'From the Location header of the POST that opened the session.' }),
  stream: Type.String({ description: 'From the Location header of the POST that asked for the stream.' }),
});

export const recordingPathParameters = Type.Object({
  id: Type.String({ description: 'From GET /api/records.' }),
});

type Status = (typeof ERRORS)[keyof typeof ERRORS]['status'];

/** Problem responses for a route's documentation, each with the codes of its status. */
export function problemResponses(...statuses: readonly Status[]): Record<number, TSchema> {
  return Object.fromEntries(statuses.map((status) => [status, problemResponse(status)]));
}

function problemResponse(status: Status): TSchema {
  const codes = Object.entries(ERRORS).filter(([, entry]) => entry.status === status);
  const description = codes.map(([code]) => code).join(', ');
  return { description, content: { 'application/problem+json': { schema: Type.Ref('Problem') } } };
}
