/**
 * A reporter for scripts/test.sh: writes what its last lines need to the file that the variable TEST_SUMMARY names. The
 * first line counts the tests that passed and that failed; each further line names a test that failed, or passed at a
 * second attempt only, and why.
 */
import { writeFileSync } from 'node:fs';
import { stripVTControlCharacters } from 'node:util';
import type { Reporter, SerializedError, TestCase, TestModule } from 'vitest/node';

/** The longest excerpt of an error's message, in characters. */
const LONGEST = 200;

const excerpt = (errors: readonly { message: string }[] = []): string =>
  stripVTControlCharacters(errors[0]?.message ?? 'no message')
    .replace(/\s+/g, ' ')
    .slice(0, LONGEST);

/** A line for a test that failed or had to be repeated; nothing for one that passed at once or did not run. */
function line(test: TestCase): string | undefined {
  const { state, errors } = test.result();
  const name = `${test.module.relativeModuleId} > ${test.fullName}`;
  if (state === 'failed') return `failed: ${name}: ${excerpt(errors)}`;
  if (test.diagnostic()?.flaky === true) return `passed at the second attempt: ${name}: ${excerpt(errors)}`;
  return undefined;
}

/** The whole text of the file. */
export function summary(modules: readonly TestModule[], unhandled: readonly SerializedError[]): string {
  const tests = modules.flatMap((module) => [...module.children.allTests()]);
  const count = (state: string): number => tests.filter((test) => test.result().state === state).length;
  const unloaded = modules.filter((module) => module.errors().length > 0);
  return [
    `${count('passed')} ${count('failed')}`,
    ...tests.map(line).filter((text) => text !== undefined),
    ...unloaded.map((module) => `failed: ${module.relativeModuleId}: ${excerpt(module.errors())}`),
    ...unhandled.map((error) => `failed outside of any test: ${excerpt([error])}`),
    '',
  ].join('\n');
}

export default class SummaryReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly SerializedError[]): void {
    const file = process.env['TEST_SUMMARY'];
    if (file !== undefined) writeFileSync(file, summary(modules, unhandled));
  }
}
