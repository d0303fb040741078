import { describe, expect, it } from 'vitest';
import { watchLimit } from './quality-limit.ts';

describe('watchLimit', () => {
  it('keeps quiet about the start and tells what lasts', () => {
    const start = watchLimit(undefined, 'bandwidth', 0);
    expect(watchLimit(start, 'bandwidth', 11_999).told).toBeUndefined();
    expect(watchLimit(start, 'bandwidth', 12_000).told).toBe('bandwidth');
  });

  it('forgets a limit that is over, and counts another one anew', () => {
    const told = watchLimit(watchLimit(undefined, 'cpu', 0), 'cpu', 20_000);
    expect(watchLimit(told, 'none', 20_500)).toEqual({ reason: undefined, since: 20_500, told: undefined });
    expect(watchLimit(told, 'bandwidth', 20_500).told).toBeUndefined();
  });
});
