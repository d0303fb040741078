import { describe, expect, it } from 'vitest';
import { faultOf, metricsOf } from './metric-names.ts';

const names = (expression: string): string[] => metricsOf(expression).map(({ name }) => name);

describe('metricsOf', () => {
  it.each([
    ['up', ['up']],
    ['up == 0', ['up']],
    [
      'sum by (instance) (rate(a_total{kind="video"}[5m])) / (sum by (instance) (rate(b_total[5m])) > 10) > 0.05',
      ['a_total', 'b_total'],
    ],
    ['histogram_quantile(0.95, sum by (role, le) (rate(a_bucket[$__rate_interval])))', ['a_bucket']],
    ['increase(a[10m]) > 0 or (a unless a offset 10m) and on (instance) up{job="x"} offset 10m', ['a', 'a', 'a', 'up']],
    ['topk(10, 8 * sum without (kind) (a{room=~"in(side)? {b}"}))', ['a']],
    ['1e3 * a', ['a']],
    ['clamp_min(1 - a / on (role) group_left (code) b, 0)', ['a', 'b']],
  ])('%s', (expression, expected) => {
    expect(names(expression)).toEqual(expected);
  });

  it('names the labels of selectors', () => {
    expect(metricsOf('rate(a{b="x",c!~"y=z",d!="", e=~".*"}[1m]) > f')).toEqual([
      { name: 'a', labels: ['b', 'c', 'd', 'e'] },
      { name: 'f', labels: [] },
    ]);
  });
});

describe('faultOf', () => {
  const declared = new Map([
    ['a_total', { type: 'counter', labels: ['kind'] }],
    ['b_seconds', { type: 'histogram', labels: ['role'] }],
  ]);
  const fault = (name: string, ...labels: string[]): string | undefined => faultOf({ name, labels }, declared);

  it('finds nothing where all is declared', () => {
    expect(fault('a_total', 'kind', 'instance', 'job')).toBeUndefined();
    expect(fault('b_seconds_bucket', 'role', 'le')).toBeUndefined();
    expect(fault('b_seconds_count', 'role')).toBeUndefined();
  });

  it('finds metrics that are not declared', () => {
    expect(fault('a')).toContain('no metric a');
    expect(fault('a_total_count')).toContain('no metric');
    expect(fault('b_seconds')).toContain('no metric');
  });

  it('finds labels that a metric does not have', () => {
    expect(fault('a_total', 'kind', 'role')).toBe('a_total has no label role');
    expect(fault('b_seconds_count', 'le')).toBe('b_seconds_count has no label le');
  });
});
