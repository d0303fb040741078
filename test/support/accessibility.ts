/** What axe-core finds wrong with a page. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';

const SCRIPT = readFileSync(join(import.meta.dirname, '../../node_modules/axe-core/axe.min.js'), 'utf8');

/** The serious and critical findings: the rule, and the elements. */
export async function seriousFindings(page: Page): Promise<string[]> {
  await page.evaluate(`${SCRIPT};0`);
  const findings: string[] = await page.evaluate(`axe.run().then(({ violations }) =>
    violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .map(({ id, nodes }) => id + ': ' + nodes.map(({ html }) => html).join(' ')))`);
  return findings;
}
