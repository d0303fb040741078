/**
 * Fails where an alert or the dashboard reads a metric, or a label, that the server does not declare.
 * Usage: metrics.ts FILE   also writes the dashboard's expressions to FILE as rules, whose syntax promtool checks.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { collectDefaultMetrics, Registry } from 'prom-client';
import { METRICS } from '../../src/metrics/declarations.ts';
import { faultOf, metricsOf } from './metric-names.ts';
import type { DeclaredMetric } from './metric-names.ts';
import { readYaml, root } from './tools.ts';

const RULES = 'deploy/prometheus/alerts.yml';
const TESTS = 'deploy/prometheus/alerts.test.yml';
const DASHBOARDS = 'deploy/grafana/dashboards';

interface Expression {
  /** Where it stands. */
  place: string;
  text: string;
}

/** The server's own metrics, those of every Node.js process, and `up`, which Prometheus makes. */
function declaredMetrics(): Map<string, DeclaredMetric> {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const defaults = registry.getMetricsAsArray().map(({ name }) => [name, { type: 'gauge', labels: [] }] as const);
  return new Map<string, DeclaredMetric>([
    ...defaults,
    ...Object.entries(METRICS),
    ['up', { type: 'gauge', labels: [] }],
  ]);
}

interface Rule {
  alert: string;
  expr: string;
}

function rules(): Rule[] {
  return (readYaml(RULES) as { groups: { rules: Rule[] }[] }).groups.flatMap((group) => group.rules);
}

/** Alerts that no test expects to fire. */
function untestedAlerts(): string[] {
  interface AlertTest {
    alertname: string;
    exp_alerts: unknown[];
  }
  const { tests } = readYaml(TESTS) as { tests: { alert_rule_test: AlertTest[] }[] };
  const cases = tests.flatMap((test) => test.alert_rule_test);
  const fired = new Set(cases.filter((entry) => entry.exp_alerts.length > 0).map(({ alertname }) => alertname));
  const silent = new Set(cases.filter((entry) => entry.exp_alerts.length === 0).map(({ alertname }) => alertname));
  return rules().flatMap(({ alert }) => (fired.has(alert) && silent.has(alert) ? [] : [alert]));
}

/** Expressions of a dashboard, and the metrics that its variables are made of. */
function dashboardExpressions(file: string): Expression[] {
  const dashboard = JSON.parse(readFileSync(join(root, DASHBOARDS, file), 'utf8')) as {
    panels: { title: string; targets?: { expr: string }[] }[];
    templating: { list: { name: string; definition?: string }[] };
  };
  const panels = dashboard.panels.flatMap(({ title, targets }) =>
    (targets ?? []).map(({ expr }) => ({ place: `${file}, "${title}"`, text: expr })),
  );
  const variables = dashboard.templating.list.flatMap(({ name, definition }) => {
    const text = /^label_values\(([^,]+),/.exec(definition ?? '')?.[1];
    return text === undefined ? [] : [{ place: `${file}, $${name}`, text }];
  });
  return [...panels, ...variables];
}

/** The expressions as recording rules, in JSON, which is YAML too; Grafana's variables have values. */
function asRules(list: readonly Expression[]): string {
  const withValues = list.map(({ text }) => text.replaceAll('$__rate_interval', '5m').replaceAll('$instance', '.*'));
  const recorded = withValues.map((expr, index) => ({ record: `expression_${index}`, expr }));
  return JSON.stringify({ groups: [{ name: 'dashboard', rules: recorded }] });
}

const declared = declaredMetrics();
const shown = readdirSync(join(root, DASHBOARDS)).flatMap(dashboardExpressions);
const [file] = process.argv.slice(2);
if (file !== undefined) writeFileSync(file, asRules(shown));
const expressions = [...rules().map(({ alert, expr }) => ({ place: alert, text: expr })), ...shown];
const faults = expressions.flatMap(({ place, text }) =>
  metricsOf(text).flatMap((use) => {
    const fault = faultOf(use, declared);
    return fault === undefined ? [] : [`${place}: ${fault}`];
  }),
);
faults.push(...untestedAlerts().map((alert) => `${alert}: ${TESTS} needs a case where it fires and one where not`));
for (const fault of faults) console.error(fault);
console.log(`${expressions.length} expressions read, ${faults.length} faults`);
process.exitCode = faults.length === 0 ? 0 : 1;
