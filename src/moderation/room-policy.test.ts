import { describe, expect, it } from 'vitest';
import { type Applicant, refusalToJoin, rulesOf } from './room-policy.ts';
import { DEFAULT_ROOM_SETTINGS } from './room-settings.ts';

const viewer: Applicant = { role: 'play', subject: 'u1', isModerator: false, isAdmin: false };
const publisher: Applicant = { ...viewer, role: 'publish' };
const open = { settings: DEFAULT_ROOM_SETTINGS, isLocked: false };
const named = { settings: { ...DEFAULT_ROOM_SETTINGS, publishers: ['u1'] }, isLocked: false };
const locked = { ...named, isLocked: true };

describe('refusalToJoin', () => {
  it.each<[string, Applicant, typeof named | typeof open, string | undefined]>([
    ['anybody, into an open room', viewer, open, undefined],
    ['a publisher, into an open room', publisher, open, undefined],
    ['a publisher who is named', publisher, named, undefined],
    ['one who is not', { ...publisher, subject: 'u2' }, named, 'publisher_not_named'],
    ['one without a name', { ...publisher, subject: undefined }, named, 'publisher_not_named'],
    ['a viewer who is not named', { ...viewer, subject: 'u2' }, named, undefined],
    ['an admin who is not named', { ...publisher, subject: undefined, isAdmin: true }, named, undefined],
    ['a viewer, into a locked room', viewer, locked, 'room_locked'],
    ['a publisher who is named, into a locked room', publisher, locked, 'room_locked'],
    ['a moderator, into a locked room', { ...viewer, isModerator: true }, locked, undefined],
  ])('%s', (_, applicant, room, refusal) => {
    expect(refusalToJoin(applicant, room)).toBe(refusal);
  });
});

it('the media side is told the limit and whether to record', () => {
  expect(rulesOf({ ...DEFAULT_ROOM_SETTINGS, viewerLimit: 5, recording: false })).toEqual({
    viewerLimit: 5,
    recorded: false,
  });
});
