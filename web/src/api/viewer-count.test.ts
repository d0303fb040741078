import { describe, expect, it } from 'vitest';
import { parseViewerCount } from './viewer-count.ts';

describe('the event viewercount', () => {
  it.each([
    ['{"viewercount":0}', 0],
    ['{"viewercount":2999}', 2999],
    ['{"viewercount":-1}', undefined],
    ['{"viewercount":1.5}', undefined],
    ['{"viewercount":"7"}', undefined],
    ['{}', undefined],
    ['null', undefined],
    ['[', undefined],
  ])('%s', (data, expected) => {
    expect(parseViewerCount(data)).toBe(expected);
  });
});
