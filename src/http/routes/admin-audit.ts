/** The audit log, for operators. */
import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import { ServiceError } from '../../errors.ts';
import { AUDITED_ACTIONS, type AuditEntry, type AuditQuery } from '../../moderation/audit-log.ts';
import { parseRoomName } from '../../util/room-name.ts';
import { defined } from '../defined.ts';
import type { HttpOptions } from '../http-options.ts';
import { AuditPageSchema } from '../moderation-schemas.ts';
import type { AuditPage } from '../moderation-schemas.ts';
import { addResource } from '../resource.ts';
import { problemResponses } from '../route-schemas.ts';

const USUAL_PAGE = 100;
const LARGEST_PAGE = 1000;

const queryParameters = Type.Object({
  before: Type.Optional(Type.Integer({ description: 'Only entries with lower ids: "next" of the page before.' })),
  limit: Type.Optional(Type.Integer({ description: `Entries, ${USUAL_PAGE} unless told, at most ${LARGEST_PAGE}.` })),
  room: Type.Optional(Type.String({ description: 'Only what was done in this room.' })),
  action: Type.Optional(Type.String({ description: 'Only this, such as ban.add.' })),
});

/** Serves /audit below the admin API's prefix. */
export function addAdminAudit(app: FastifyInstance, { moderation }: HttpOptions): void {
  addResource(app, {
    url: '/audit',
    access: 'administer',
    methods: {
      GET: {
        schema: {
          summary: 'Show who did what to whom, when and why',
          tags: ['operation'],
          querystring: queryParameters,
          response: { 200: AuditPageSchema, ...problemResponses(400, 401, 403, 404, 429) },
        },
        handler(request, reply) {
          const query = auditQuery(request.query as Readonly<Record<string, unknown>>);
          const found = moderation.audit.list({ ...query, limit: query.limit + 1 });
          const entries = found.slice(0, query.limit);
          const next = found.length > entries.length ? entries.at(-1)?.id : undefined;
          const page: AuditPage = { entries: entries.map(toEntry), ...defined({ next }) };
          return reply.header('Cache-Control', 'no-store').send(page);
        },
      },
    },
  });
}

function auditQuery({ before, limit, room, action }: Readonly<Record<string, unknown>>): AuditQuery {
  const known = AUDITED_ACTIONS.find((one) => one === action);
  if (action !== undefined && known === undefined) throw malformed(`action is none of ${AUDITED_ACTIONS.join(', ')}.`);
  const name = typeof room === 'string' ? parseRoomName(room) : undefined;
  if (room !== undefined && name === undefined) throw new ServiceError('bad_room_name');
  const size = limit === undefined ? USUAL_PAGE : wholeNumber('limit', limit);
  if (size > LARGEST_PAGE) throw malformed(`limit is more than ${LARGEST_PAGE}.`);
  return {
    before: before === undefined ? undefined : wholeNumber('before', before),
    limit: size,
    room: name,
    action: known,
  };
}

function wholeNumber(name: string, value: unknown): number {
  if (typeof value !== 'string' || !/^[1-9]\d{0,14}$/.test(value))
    throw malformed(`${name} is not a positive whole number.`);
  return Number(value);
}

function malformed(detail: string): ServiceError {
  return new ServiceError('malformed_request', { detail });
}

function toEntry({ id, time, actor, action, room, target, reason }: AuditEntry): AuditPage['entries'][number] {
  const { token, subject, name, address } = actor;
  return {
    id,
    time: new Date(time).toISOString(),
    token,
    ...defined({ subject, name }),
    address,
    action,
    ...defined({ room, target, reason }),
  };
}
