import { describe, expect, it } from 'vitest';
import { actionsOf } from '../../../../src/auth/actions.ts';
import { missingRight } from './rights-model.ts';

describe('what keeps somebody from broadcasting', () => {
  it.each([
    ['publisher', undefined],
    ['admin', undefined],
    ['moderator', 'watch'],
    ['viewer', 'watch'],
  ] as const)('with the role %s: %s', (role, missing) => {
    expect(missingRight({ isKnown: true, actions: [...actionsOf(role)] })).toBe(missing);
  });

  it('is a token that is missing, or meant for something else', () => {
    expect(missingRight({ isKnown: false, actions: [...actionsOf('viewer')] })).toBe('token');
    expect(missingRight({ isKnown: false, actions: [] })).toBe('token');
    expect(missingRight({ isKnown: true, actions: [] })).toBe('room');
    expect(missingRight({ isKnown: false, actions: [...actionsOf('publisher')] })).toBeUndefined();
  });
});
