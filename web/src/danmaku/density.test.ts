import { describe, expect, it } from 'vitest';
import { LEAST_FLYING, nextLimit } from './density.ts';

describe('how many messages fly at once', () => {
  it('are fewer while the page cannot keep up, and as many as wanted again when it can', () => {
    let limit = 100;
    for (let second = 0; second < 20; second++) limit = nextLimit(limit, 20, 100);
    expect(limit).toBe(LEAST_FLYING);
    for (let second = 0; second < 20; second++) limit = nextLimit(limit, 60, 100);
    expect(limit).toBe(100);
  });

  it('stay as they are in between, and are never more than wanted', () => {
    expect(nextLimit(50, 45, 100)).toBe(50);
    expect(nextLimit(50, 45, 20)).toBe(20);
    expect(nextLimit(50, 10, 8)).toBe(8);
  });
});
