/** What the server serves, and the status codes that each method of it may answer. */

export interface Route {
  name: string;
  /** With {room} and {session} to fill in. */
  path: string;
  /** The codes that a method may answer; of a method that is not here, `otherwise`. */
  statuses: Readonly<Record<string, readonly number[]>>;
  otherwise: readonly number[];
}

/** Refusals for want of room; the problem's code says which limit it was. */
const FULL = 503;
const OPTIONS = [200];
const NOT_SERVED = [405];
/** GET of a resource answers a body; HEAD the same without it. */
const readable = (...statuses: number[]): Route['statuses'] => ({ GET: statuses, HEAD: statuses, OPTIONS });

/** A room's name is refused with 400; that of a room that is not there with 404. */
export const ROUTES: readonly Route[] = [
  {
    name: 'WHIP endpoint',
    path: '/api/whip/publish/{room}',
    statuses: { POST: [201, 400, 413, 415, 422, FULL], GET: [204, 400], HEAD: [204, 400], OPTIONS },
    otherwise: NOT_SERVED,
  },
  {
    name: 'WHEP endpoint',
    path: '/api/whep/play/{room}',
    statuses: { POST: [201, 400, 413, 415, 422, FULL], GET: [204, 400], HEAD: [200, 400], OPTIONS },
    otherwise: NOT_SERVED,
  },
  {
    name: 'session',
    path: '{session}',
    statuses: {
      GET: [204, 404],
      HEAD: [204, 404],
      PATCH: [200, 204, 400, 404, 412, 413, 415, 422, 428],
      DELETE: [200, 404],
      OPTIONS,
    },
    otherwise: NOT_SERVED,
  },
  {
    name: 'event streams',
    path: '{session}/sse',
    statuses: { POST: [201, 400, 404, 409, 413, 415, FULL], OPTIONS },
    otherwise: NOT_SERVED,
  },
  {
    name: 'event stream',
    path: '{session}/sse/nothing',
    statuses: { GET: [404], HEAD: [404], DELETE: [404], OPTIONS },
    otherwise: NOT_SERVED,
  },
  {
    name: 'layer',
    path: '{session}/layer',
    statuses: { POST: [200, 400, 404, 413, 415, 422, FULL], DELETE: [200, 404, 422], OPTIONS },
    otherwise: NOT_SERVED,
  },
  { name: 'rooms', path: '/api/rooms', statuses: readable(200), otherwise: NOT_SERVED },
  { name: 'room', path: '/api/rooms/{room}', statuses: readable(200, 400, 404), otherwise: NOT_SERVED },
  { name: 'events', path: '/api/events?room={room}', statuses: readable(200, 400), otherwise: NOT_SERVED },
  {
    name: 'events of no type',
    path: '/api/events?room={room}&types=room.live,nonsense',
    statuses: readable(400),
    otherwise: NOT_SERVED,
  },
  { name: 'ICE servers', path: '/api/ice-servers', statuses: readable(200), otherwise: NOT_SERVED },
  { name: 'OpenAPI', path: '/api/openapi.json', statuses: readable(200), otherwise: NOT_SERVED },
  {
    name: 'closing a room',
    path: '/api/admin/rooms/{room}/close',
    statuses: { POST: [401], OPTIONS },
    otherwise: [401, 405],
  },
  { name: 'liveness', path: '/healthz', statuses: readable(200), otherwise: NOT_SERVED },
  { name: 'readiness', path: '/readyz', statuses: readable(200), otherwise: NOT_SERVED },
  { name: 'nothing', path: '/api/{room}/nothing', statuses: {}, otherwise: [404] },
  {
    name: 'page',
    path: '/web/player.html',
    statuses: { GET: [200, 206, 304, 404, 412, 416], HEAD: [200, 206, 304, 404, 412, 416] },
    otherwise: [404, 405],
  },
  { name: 'start', path: '/', statuses: { GET: [200], HEAD: [200] }, otherwise: [404, 405] },
];

/** Bytes of a body that the server reads where it expects none; more are 413, whatever the method. */
export const UNEXPECTED_BODY_BYTES = 4096;

/** What a path may answer that only resembles a route's: any code of the table, and the start page. */
export const ANY_STATUS: readonly number[] = [
  ...[200, 201, 204, 206, 302, 304, 307, 400, 401, 403, 404, 405, 409, 412, 413, 414, 415, 416, 422, 428, FULL],
];

/** What a request may answer that is not HTTP: the parser's codes. Such a connection may also just end. */
export const PARSER_STATUS: readonly number[] = [400, 408, 413, 414, 417, 431, 501, 505];
