/** The text of the reference pages that are made from declarations in the code. */
import { SETTING_GROUPS } from '../src/config/setting.ts';
import type { Setting } from '../src/config/setting.ts';
import { SETTINGS } from '../src/config/schema.ts';
import { METRICS } from '../src/metrics/declarations.ts';
import type { MetricDeclaration } from '../src/metrics/declarations.ts';
import { ERRORS } from '../src/errors.ts';
import { declaredRoutes } from './declared-routes.ts';
import { eventsPage } from './events-page.ts';
import { rolesPage } from './roles-page.ts';

/** Path of each generated file, from the root of the repository, with its text. */
export async function referenceDocs(): Promise<Record<string, string>> {
  return {
    'docs/configuration.md': configurationPage(),
    '.env.example': environmentExample(),
    'docs/errors.md': errorsPage(),
    'docs/metrics.md': metricsPage(),
    'docs/events.md': eventsPage(),
    'docs/roles.md': rolesPage(await declaredRoutes()),
  };
}

const settings: Setting<unknown>[] = Object.values(SETTINGS);

function configurationPage(): string {
  const intro =
    '# Settings\n\n<!-- Made by "npm run docs" from src/config/schema.ts. -->\n\n' +
    'Every setting is an environment variable; `scripts/start.sh` also reads them from `.env.local`. A variable that is ' +
    'empty counts as missing. A value that is not allowed stops the start with all such values named at once.\n';
  const sections = SETTING_GROUPS.map((group) => {
    const rows = settings.filter((setting) => setting.group === group).map(settingRow);
    return `\n## ${group}\n\n| variable | default | allowed | what it does |\n|---|---|---|---|\n${rows.join('')}`;
  });
  return intro + sections.join('');
}

function settingRow(setting: Setting<unknown>): string {
  const unit = setting.unit === '' ? '' : ` (${setting.unit})`;
  const preset = setting.default === '' ? '' : `\`${setting.default}\``;
  return `| \`${setting.name}\` | ${preset} | ${cell(setting.type.allowed + unit)} | ${cell(setting.help)} |\n`;
}

function environmentExample(): string {
  const intro = '# Copy to .env.local and remove the "#" before what you change. Made by "npm run docs".\n';
  const sections = SETTING_GROUPS.map((group) => {
    const entries = settings.filter((setting) => setting.group === group).map(environmentEntry);
    return `\n# ---- ${group} ----\n${entries.join('')}`;
  });
  return intro + sections.join('');
}

function environmentEntry({ name, help, type, unit, default: preset }: Setting<unknown>): string {
  const text = `${help} Allowed: ${type.allowed}${unit === '' ? '' : ` (${unit})`}.`;
  const comment = wrap(text, 110).map((line) => `# ${line}\n`);
  return `\n${comment.join('')}#${name}=${preset}\n`;
}

function errorsPage(): string {
  const intro =
    '# Errors\n\n<!-- Made by "npm run docs" from src/errors.ts. -->\n\n' +
    'Every refusal is an `application/problem+json` document (RFC 9457) with `type`, `title`, `status`, `code` and, ' +
    'where there is more to say, `detail`. `type` is `urn:problem:live-webrtc:` with the code behind it. Codes are ' +
    'stable. Those with a number under "Retry-After" carry that header with at least so many seconds.\n\n' +
    '| status | code | what to do | Retry-After |\n|---|---|---|---|\n';
  const entries: [string, { status: number; title: string; retryAfterSeconds?: number }][] = Object.entries(ERRORS);
  const rows = entries.map(
    ([code, { status, title, retryAfterSeconds }]) =>
      `| ${status} | \`${code}\` | ${cell(title)} | ${retryAfterSeconds ?? ''} |\n`,
  );
  return intro + rows.join('');
}

function metricsPage(): string {
  const intro =
    '# Metrics\n\n<!-- Made by "npm run docs" from src/metrics/declarations.ts. -->\n\n' +
    '`GET /metrics` is a page for Prometheus; `METRICS_TOKEN` guards it. Beside the metrics below it has those of the ' +
    'server process (`process_*`, `nodejs_*`). Figures of a media worker start at 0 again when it is restarted.\n\n' +
    '| metric | type | labels | what it tells |\n|---|---|---|---|\n';
  const rows = Object.entries<MetricDeclaration>(METRICS).map(
    ([name, { type, labels, help }]) =>
      `| \`${name}\` | ${type} | ${labels.map((label) => `\`${label}\``).join(', ')} | ${cell(help)} |\n`,
  );
  return intro + rows.join('');
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|');
}

function wrap(text: string, width: number): string[] {
  const lines = [''];
  for (const word of text.split(' ')) {
    const line = lines.at(-1) ?? '';
    if (line !== '' && line.length + 1 + word.length > width) lines.push(word);
    else lines[lines.length - 1] = line === '' ? word : `${line} ${word}`;
  }
  return lines;
}
