import { expect, it } from 'vitest';
import { Database } from '../store/database.ts';
import { DatabaseEndedLogins } from './ended-logins.ts';

it('ended logins outlive a restart, and are forgotten when their cookies have expired', () => {
  const database = Database.inMemory();
  const logins = new DatabaseEndedLogins(database, 0);
  logins.add('a', 1000, 0);
  logins.add('a', 1000, 0);
  logins.add('b', 2000, 0);
  expect(['a', 'b', 'c'].map((id) => logins.has(id))).toEqual([true, true, false]);
  const restarted = new DatabaseEndedLogins(database, 500);
  expect(['a', 'b'].map((id) => restarted.has(id))).toEqual([true, true]);
  restarted.add('c', 3000, 1000);
  expect(['a', 'b', 'c'].map((id) => restarted.has(id))).toEqual([false, true, true]);
  expect(new DatabaseEndedLogins(database, 2000).has('b')).toBe(false);
  expect(database.all('SELECT id FROM ended_logins')).toEqual([{ id: 'c' }]);
});
