import { describe, expect, it } from 'vitest';
import { Database } from '../store/database.ts';
import { hashPassword, isPassword } from './password-hash.ts';
import { RoomPasswords } from './room-passwords.ts';
import { DEFAULT_ROOM_SETTINGS, RoomSettingsStore } from './room-settings.ts';

describe('hashPassword', () => {
  it('tells a right password from a wrong one, and says nothing of it', async () => {
    const hash = await hashPassword('sésame');
    expect(hash).not.toContain('same');
    expect(await hashPassword('sésame')).not.toBe(hash);
    const guesses = ['sésame', 'se\u0301same', 'sesame', '', `sésame${'x'.repeat(200)}`];
    expect(await Promise.all(guesses.map((guess) => isPassword(guess, hash)))).toEqual([
      true,
      true,
      false,
      false,
      false,
    ]);
  });

  it.each(['', 'scrypt', 'scrypt$1$8$1$AA$AA', 'scrypt$16384$8$1$AAAA$', 'bcrypt$16384$8$1$AA$AA'])(
    'is never the password of %j',
    async (hash) => {
      expect(await isPassword('x', hash)).toBe(false);
    },
  );
});

describe('RoomPasswords', () => {
  const settings = new RoomSettingsStore(Database.inMemory());
  const setPassword = async (password: string | undefined, membersOnly = false): Promise<void> => {
    const passwordHash = password === undefined ? undefined : await hashPassword(password);
    settings.set('a', { ...DEFAULT_ROOM_SETTINGS, passwordHash, membersOnly }, 1);
  };

  it('opens a room by one of the texts, until the password is another', async () => {
    const passwords = new RoomPasswords(settings);
    await setPassword('one');
    expect(await passwords.open('a', ['x', 'one'])).toBe(true);
    expect([
      await passwords.open('a', []),
      await passwords.open('a', ['x']),
      await passwords.open('b', ['one']),
    ]).toEqual([false, false, false]);
    expect(await passwords.open('a', ['one'])).toBe(true);
    await setPassword('two');
    expect([await passwords.open('a', ['one']), await passwords.open('a', ['two'])]).toEqual([false, true]);
    await setPassword('two', true);
    expect(await passwords.open('a', ['two'])).toBe(false);
  });

  it('checks few guesses at a time, and refuses a flood of them', async () => {
    const passwords = new RoomPasswords(settings);
    await setPassword('one');
    const guesses = await Promise.allSettled(Array.from({ length: 60 }, (_, n) => passwords.open('a', [`guess ${n}`])));
    const refused = guesses.filter(({ status }) => status === 'rejected');
    expect(refused).toHaveLength(8);
    expect(refused[0]).toMatchObject({ reason: { code: 'rate_limited' } });
    // The turns are free again.
    expect(await passwords.open('a', ['one'])).toBe(true);
  }, 20_000);
});
