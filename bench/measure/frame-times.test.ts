import { describe, expect, it } from 'vitest';
import { drawingOf, frameTimesOf } from './frame-times.ts';

describe('frameTimesOf', () => {
  it('counts frames, and those that were late', () => {
    expect(frameTimesOf([100, 116, 132, 182, 200])).toEqual({ perSecond: 40, longest: 50, lateShare: 0.25 });
  });

  it.each([[[]], [[7]]])('has nothing to say of %j', (times) => {
    expect(frameTimesOf(times)).toEqual({ perSecond: 0, longest: 0, lateShare: 0 });
  });
});

it('drawingOf finds in a trace when something was drawn', () => {
  const event = (name: string, ts: number) => ({ name, ts });
  const events = [event('Display::DrawAndSwap', 3000), event('other', 2000), event('Display::DrawAndSwap', 1000)];
  expect(drawingOf(events)).toEqual([1, 3]);
});
