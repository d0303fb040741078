/**
 * The conformance suite: a test for each row of rows.ts, over real HTTP and UDP.
 * By default it starts our own built server, with the settings that a row needs. With CONFORMANCE_URL (and
 * CONFORMANCE_TOKEN, CONFORMANCE_PUBLISH_PATH, CONFORMANCE_PLAY_PATH with {room}) it judges another server; rows that
 * need settings are then named as not applicable.
 */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { ROWS } from './rows.ts';
import type { RowId } from './rows.ts';
import { foreignTarget, OwnTargets } from './target.ts';
import type { RowTest, Target } from './target.ts';
import { ANSWER_TESTS } from './tests/answers.ts';
import { CLIENT_TESTS } from './tests/clients.ts';
import { EXTENSION_TESTS } from './tests/extensions.ts';
import { MEDIA_TESTS } from './tests/media.ts';
import { METHOD_TESTS } from './tests/methods.ts';
import { PATCH_TESTS } from './tests/patch.ts';
import { POST_TESTS } from './tests/post.ts';
import { STATUS_TESTS } from './tests/status.ts';

const GROUPS: readonly Partial<Record<RowId, RowTest>>[] = [
  ...[POST_TESTS, STATUS_TESTS, PATCH_TESTS, METHOD_TESTS, ANSWER_TESTS, CLIENT_TESTS, MEDIA_TESTS, EXTENSION_TESTS],
];
const TESTS: ReadonlyMap<string, RowTest> = new Map(GROUPS.flatMap((group) => Object.entries(group)));

const foreign = foreignTarget(process.env);
const own = new OwnTargets();
const rows = Object.entries(ROWS);
const notApplicable = foreign === undefined ? [] : rows.filter(([id]) => TESTS.get(id)?.settings !== undefined);

let target: Target | undefined;
afterEach(async () => {
  await target?.clear();
  target = undefined;
});
afterAll(() => own.stop());

describe('the table', () => {
  it('has a test for every row, and no test without a row', () => {
    expect([...TESTS.keys()].sort()).toEqual(rows.map(([id]) => id).sort());
    expect(GROUPS.reduce((count, group) => count + Object.keys(group).length, 0)).toBe(TESTS.size);
  });
});

describe(foreign === undefined ? 'our own server' : foreign.url, () => {
  beforeAll(() => {
    if (notApplicable.length === 0) return;
    const names = notApplicable.map(([id, text]) => `  ${id}: ${text}`);
    console.log(`Not applicable here, because they need settings of our own server:\n${names.join('\n')}`);
  });

  it.each(rows.filter((row) => !notApplicable.includes(row)))('%s: %s', async (id) => {
    const test = TESTS.get(id);
    if (test === undefined) throw new Error('this row has no test');
    target = foreign ?? (await own.get(test.settings));
    await test.run(target);
  });
});
