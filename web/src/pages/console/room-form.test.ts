import { describe, expect, it } from 'vitest';
import type { RoomSettingsAnswer } from '../../api/admin.ts';
import { fieldsOf, isCount, settingsOf } from './room-form.ts';

const SETTINGS: RoomSettingsAnswer = {
  room: 'a',
  title: 'A',
  description: '',
  listed: true,
  publishers: ['u1', 'u2'],
  viewerLimit: 5,
  joinsPerMinute: 0,
  membersOnly: false,
  recording: true,
  chat: true,
  guestChat: false,
  slowMode: 3,
  blockedWords: ['bad'],
  hasPassword: true,
  locked: false,
  open: false,
};

describe('the fields of a room', () => {
  it('give the settings back as they were, without touching the password', () => {
    const back = settingsOf(fieldsOf(SETTINGS), SETTINGS);
    expect(back).toEqual(SETTINGS);
    expect(back).not.toHaveProperty('password');
  });

  it('name publishers and words one a line, and change or remove the password', () => {
    const fields = { ...fieldsOf(SETTINGS), publishers: ' u3 \n\nu4\n', blockedWords: '', password: 'new' };
    expect(settingsOf(fields, SETTINGS)).toMatchObject({ publishers: ['u3', 'u4'], blockedWords: [], password: 'new' });
    const open = { ...fields, everybodyPublishes: true, removesPassword: true };
    expect(settingsOf(open, SETTINGS)).toMatchObject({ publishers: null, password: null });
  });

  it('are not sent with numbers that are none', () => {
    expect(settingsOf({ ...fieldsOf(SETTINGS), viewerLimit: '-1' }, SETTINGS)).toBeUndefined();
    expect([isCount('0'), isCount(' 12 '), isCount(''), isCount('1.5')]).toEqual([true, true, false, false]);
  });
});
