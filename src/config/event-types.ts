/** The types of the settings' values that are about events. */
import { EVENT_TYPES, type EventType, matchEventTypes } from '../util/event-types.ts';
import type { ValueType } from './setting.ts';
import { splitList } from './value-types.ts';

/** Types of events. */
export const eventTypes: ValueType<ReadonlySet<EventType>> = {
  allowed: `a comma-separated list of types such as ${EVENT_TYPES[0]}, room.* for all that begin so, and * for all`,
  parse(text) {
    const types = new Set<EventType>();
    for (const name of splitList(text)) {
      const matching = matchEventTypes(name);
      if (matching === undefined) return undefined;
      for (const type of matching) types.add(type);
    }
    return types;
  },
};

/** Bytes of a key (Standard Webhooks 1.0.0). */
const LEAST_KEY_BYTES = 24;
const MOST_KEY_BYTES = 64;
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** The key of signatures, or nothing. */
export const webhookSecret: ValueType<string> = {
  allowed: `whsec_ and the base64 of ${LEAST_KEY_BYTES} to ${MOST_KEY_BYTES} bytes, such as "echo whsec_$(openssl rand -base64 32)" writes`,
  parse(text) {
    if (text === '') return text;
    const encoded = text.startsWith('whsec_') ? text.slice('whsec_'.length) : '';
    const bytes = BASE64.test(encoded) ? Buffer.from(encoded, 'base64').length : 0;
    return bytes >= LEAST_KEY_BYTES && bytes <= MOST_KEY_BYTES ? text : undefined;
  },
};
