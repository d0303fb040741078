/** Bodies of JSON, and what their members hold. */
import type { FastifyRequest } from 'fastify';
import { ServiceError } from '../errors.ts';
import { bodyText } from './request-body.ts';

export const JSON_TYPE = 'application/json';

/** The body as a JSON value. */
export function bodyJson(request: FastifyRequest): unknown {
  const text = bodyText(request, 'malformed_request');
  try {
    return JSON.parse(text);
  } catch {
    throw new ServiceError('malformed_request', { detail: 'The body is not JSON.' });
  }
}

/** The body as a JSON object. */
export function bodyObject(request: FastifyRequest): Readonly<Record<string, unknown>> {
  const value = bodyJson(request);
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw new ServiceError('malformed_request', { detail: 'The body is not a JSON object.' });
}

/** A member that is text; undefined where it is missing or null. */
export function textMember(body: Readonly<Record<string, unknown>>, name: string): string | undefined {
  const value = body[name] ?? undefined;
  if (value === undefined || typeof value === 'string') return value;
  throw new ServiceError('malformed_request', { detail: `${name} is not a string.` });
}

/** A member that is a positive whole number; undefined where it is missing or null. */
export function countMember(body: Readonly<Record<string, unknown>>, name: string): number | undefined {
  const value = body[name] ?? undefined;
  if (value === undefined) return undefined;
  if (typeof value === 'number' && Number.isSafeInteger(value) && value > 0) return value;
  throw new ServiceError('malformed_request', { detail: `${name} is not a positive whole number.` });
}

/** A member that is a whole number from 0 on; undefined where it is missing or null. */
export function indexMember(body: Readonly<Record<string, unknown>>, name: string): number | undefined {
  const value = body[name] ?? undefined;
  if (value === undefined) return undefined;
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value;
  throw new ServiceError('malformed_request', { detail: `${name} is not 0 or a positive whole number.` });
}
