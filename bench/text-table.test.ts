import { describe, expect, it } from 'vitest';
import { figure, percent, textTable } from './text-table.ts';

describe('textTable', () => {
  it('sets the first column left and the others right', () => {
    const rows = [
      ['load', 'us'],
      ['even', '12.25'],
      ['x', '3'],
    ];
    expect(textTable(rows)).toBe('load     us\neven  12.25\nx         3');
  });
});

describe('figure and percent', () => {
  it('round, and show a dash for what is not known', () => {
    expect([figure(1.25), figure(1.256, 2), figure(undefined), figure(Number.NaN)]).toEqual(['1.3', '1.26', '-', '-']);
    expect([percent(0.256), percent(undefined), percent(Number.NaN)]).toEqual(['26 %', '-', '-']);
  });
});
