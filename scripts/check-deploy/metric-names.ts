/** Which metrics, with which labels, an expression in PromQL reads. */

/** One metric as an expression names it. */
export interface MetricUse {
  name: string;
  /** Labels that the expression selects by. */
  labels: string[];
}

const KEYWORDS = new Set(['and', 'or', 'unless', 'offset', 'bool', 'inf', 'nan', 'start', 'end']);

/** What follows these words in parentheses are labels. */
const LABEL_LISTS = /\b(?:by|without|on|ignoring|group_left|group_right)\s*\([^)]*\)/g;

/** Every metric of an expression; the same one twice where it is there twice. */
export function metricsOf(expression: string): MetricUse[] {
  // Strings first: they may hold anything. Then what is no metric: ranges, lists of labels.
  const bare = expression
    .replace(/"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'/g, '""')
    .replace(/\[[^\]]*\]/g, ' ')
    .replace(LABEL_LISTS, ' ');
  const uses: MetricUse[] = [];
  for (const [, before = '', name = '', selector = '', call = ''] of bare.matchAll(
    /([\w.$]?)\b([A-Za-z_:][\w:]*)\s*(\{[^}]*\})?\s*(\()?/g,
  )) {
    const isMetric = before === '' && call === '' && !KEYWORDS.has(name.toLowerCase());
    if (isMetric) uses.push({ name, labels: labelsOf(selector) });
  }
  return uses;
}

function labelsOf(selector: string): string[] {
  return [...selector.matchAll(/([A-Za-z_]\w*)\s*(?:=~|!~|!=|=)/g)].flatMap(([, label]) => label ?? []);
}

/** What a metric is declared as. */
export interface DeclaredMetric {
  type: string;
  labels: readonly string[];
}

/** What is wrong with a use, in a sentence; undefined where nothing is. */
export function faultOf(use: MetricUse, declared: ReadonlyMap<string, DeclaredMetric>): string | undefined {
  const found = find(use.name, declared);
  if (found === undefined) return `the server declares no metric ${use.name}`;
  const allowed = [...found.labels, ...(use.name.endsWith('_bucket') ? ['le'] : []), 'instance', 'job'];
  const unknown = use.labels.filter((label) => !allowed.includes(label));
  return unknown.length === 0 ? undefined : `${use.name} has no label ${unknown.join(', ')}`;
}

function find(name: string, declared: ReadonlyMap<string, DeclaredMetric>): DeclaredMetric | undefined {
  const series = /^(.+)_(?:bucket|sum|count)$/.exec(name)?.[1];
  const histogram = series === undefined ? undefined : declared.get(series);
  if (histogram?.type === 'histogram') return histogram;
  const metric = declared.get(name);
  // A histogram has no series of its plain name.
  return metric?.type === 'histogram' ? undefined : metric;
}
