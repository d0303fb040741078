import { describe, expect, it } from 'vitest';
import type { IceFragment } from '../protocol/sdp/types.ts';
import { decideIcePatch } from './ice-patch.ts';

const remote = { ufrag: 'abcd', password: '0123456789012345678901' };
const session = { remote, tag: 'now' };
const fragment = (ice: IceFragment['ice']): IceFragment => ({ ice, candidates: [], endOfCandidates: false });
const fresh = { ufrag: 'efgh', password: 'another0123456789012345' };

describe('decideIcePatch', () => {
  it.each([
    ['trickle without credentials', undefined, 'now', { type: 'trickle' }],
    ['trickle with the present credentials', remote, 'now', { type: 'trickle' }],
    ['trickle of another ICE session', remote, 'before', { type: 'refusal', code: 'tag_mismatch' }],
    ['trickle for any session', remote, '*', { type: 'refusal', code: 'tag_mismatch' }],
    ['a PATCH without If-Match', fresh, undefined, { type: 'refusal', code: 'tag_missing' }],
    ['a restart for any session', fresh, '*', { type: 'restart', remote: fresh }],
    ['a restart of the present session', fresh, 'now', { type: 'restart', remote: fresh }],
    ['a restart of another session', fresh, 'before', { type: 'refusal', code: 'tag_mismatch' }],
    ['a new password alone', { ...remote, password: fresh.password }, '*', { type: 'restart' }],
  ])('%s', (_name, ice, ifMatch, expected) => {
    expect(decideIcePatch(fragment(ice), ifMatch, session)).toMatchObject(expected);
  });
});
