/** The layer that a viewer gets: a WHEP extension (draft-ietf-wish-whep 4.9). */
import type { FastifyInstance } from 'fastify';
import { ServiceError } from '../../errors.ts';
import type { LayerRequest } from '../../sfu/room-service.ts';
import { LayerRequestSchema } from '../api-schemas.ts';
import type { HttpOptions } from '../http-options.ts';
import { bodyObject, countMember, indexMember, JSON_TYPE, textMember } from '../json-body.ts';
import { requireMediaType } from '../request-body.ts';
import { addResource } from '../resource.ts';
import type { MethodHandler } from '../resource.ts';
import { problemResponses, sessionPathParameters } from '../route-schemas.ts';
import { findSession, sessionPath } from './sessions.ts';

const AUTOMATIC: LayerRequest = {
  mediaId: undefined,
  rid: undefined,
  maxWidth: undefined,
  maxHeight: undefined,
  spatialLayerId: undefined,
  temporalLayerId: undefined,
  maxSpatialLayerId: undefined,
  maxTemporalLayerId: undefined,
};

/** The Link header that offers it. */
export function layerLink(sessionId: string): string {
  return `<${sessionPath('play', sessionId)}/layer>; rel="urn:ietf:params:whep:ext:core:layer"`;
}

/** Serves the choice of a layer. */
export function addSessionLayer(app: FastifyInstance, options: HttpOptions): void {
  addResource(app, {
    url: '/whep/session/:session/layer',
    access: 'session',
    methods: { POST: choose(options), DELETE: giveUp(options) },
    optionsHeaders: { 'Accept-Post': JSON_TYPE },
  });
}

function choose(options: HttpOptions): MethodHandler {
  const checkMediaType = requireMediaType(JSON_TYPE);
  return {
    schema: {
      summary: 'Choose the layer to get',
      description: 'Without a layer or a size the choice is the server’s again.',
      tags: ['sessions'],
      body: { content: { [JSON_TYPE]: { schema: LayerRequestSchema } } },
      params: sessionPathParameters,
      response: {
        200: { description: 'The viewer turns to the layer at its next keyframe.', type: 'null' },
        ...problemResponses(400, 401, 403, 404, 410, 413, 415, 422, 429, 503),
      },
    },
    onRequest(request, reply, done) {
      findSession(request, 'play', options);
      checkMediaType.call(this, request, reply, done);
    },
    async handler(request, reply) {
      await options.rooms.selectLayer(findSession(request, 'play', options).id, layerRequest(bodyObject(request)));
      return reply.code(200).send();
    },
  };
}

/** Some clients take a choice back so. */
function giveUp(options: HttpOptions): MethodHandler {
  return {
    schema: {
      summary: 'Leave the choice of the layer to the server',
      tags: ['sessions'],
      params: sessionPathParameters,
      response: {
        200: { description: 'The choice is the server’s again.', type: 'null' },
        ...problemResponses(401, 403, 404, 410, 422, 429, 503),
      },
    },
    async handler(request, reply) {
      await options.rooms.selectLayer(findSession(request, 'play', options).id, AUTOMATIC);
      return reply.code(200).send();
    },
  };
}

function layerRequest(body: Readonly<Record<string, unknown>>): LayerRequest {
  const encodingId = textMember(body, 'encodingId');
  const rid = textMember(body, 'rid');
  if (encodingId !== undefined && rid !== undefined && encodingId !== rid) {
    throw new ServiceError('malformed_request', { detail: 'encodingId and rid name two layers.' });
  }
  return {
    mediaId: textMember(body, 'mediaId'),
    rid: encodingId ?? rid,
    maxWidth: countMember(body, 'maxWidth'),
    maxHeight: countMember(body, 'maxHeight'),
    spatialLayerId: indexMember(body, 'spatialLayerId'),
    temporalLayerId: indexMember(body, 'temporalLayerId'),
    maxSpatialLayerId: indexMember(body, 'maxSpatialLayerId'),
    maxTemporalLayerId: indexMember(body, 'maxTemporalLayerId'),
  };
}
