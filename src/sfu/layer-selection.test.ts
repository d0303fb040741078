import { describe, expect, it } from 'vitest';
import { type LayerLimits, LayerSelection } from './layer-selection.ts';

const LAYERS = [
  { id: 'f', bitrate: 2_500_000, width: 1280, height: 720 },
  { id: 'q', bitrate: 150_000, width: 320, height: 180 },
  { id: 'h', bitrate: 500_000, width: 640, height: 360 },
];

/** Selects every 100 ms; returns the changes with their times. */
function follow(
  selection: LayerSelection,
  estimate: (now: number) => number,
  from: number,
  to: number,
  { limits = {}, loss = 0 }: { limits?: LayerLimits; loss?: number } = {},
): [number, string | undefined][] {
  const changes: [number, string | undefined][] = [];
  for (let now = from; now < to; now += 100) {
    const id = selection.select(LAYERS, limits, { estimate: estimate(now), loss }, now);
    if (id !== changes.at(-1)?.[1]) changes.push([now, id]);
  }
  return changes;
}

describe('LayerSelection', () => {
  it('begins with the largest layer that leaves room to spare, or with the smallest', () => {
    const first = (estimate: number) => follow(new LayerSelection(), () => estimate, 0, 100)[0]?.[1];
    expect(first(2_900_000)).toBe('f');
    expect(first(2_800_000)).toBe('h');
    expect(first(570_000)).toBe('q');
    expect(first(10_000)).toBe('q');
  });

  it('goes down at once, and up a second later', () => {
    const selection = new LayerSelection();
    const estimate = (now: number) => (now < 10_000 || now >= 20_000 ? 4_000_000 : 800_000);
    expect(follow(selection, estimate, 0, 30_000)).toEqual([
      [0, 'f'],
      [10_000, 'h'],
      [20_000, 'f'],
    ]);
    expect(selection.changes).toBe(2);
  });

  it('bears an estimate that is a little short for three seconds, unless much is lost', () => {
    const short = (now: number) => (now < 5000 ? 4_000_000 : 2_200_000);
    expect(follow(new LayerSelection(), short, 0, 10_000)).toEqual([
      [0, 'f'],
      [8000, 'h'],
    ]);
    const briefly = (now: number) => (now >= 5000 && now < 7500 ? 2_200_000 : 4_000_000);
    expect(follow(new LayerSelection(), briefly, 0, 10_000)).toEqual([[0, 'f']]);
    expect(follow(new LayerSelection(), short, 0, 10_000, { loss: 0.2 })).toEqual([
      [0, 'f'],
      [5000, 'h'],
    ]);
  });

  it('waits longer each time after a layer that could not be held, and forgets it after one that could', () => {
    const selection = new LayerSelection();
    let raisedAt = Infinity;
    let previous: string | undefined;
    const raises: number[] = [];
    for (let now = 0; now < 300_000; now += 100) {
      // The estimate promises much until the layer has been sent for two seconds.
      const estimate = now - raisedAt >= 2000 || now < 100 ? 800_000 : 4_000_000;
      const id = selection.select(LAYERS, {}, { estimate, loss: 0 }, now);
      if (id === 'f' && previous === 'h') {
        raises.push(now);
        raisedAt = now;
      }
      if (id === 'h') raisedAt = Infinity;
      previous = id;
    }
    const waits = raises.slice(1).map((time, index) => time - (raises[index] ?? 0) - 2000);
    expect(waits.slice(0, 4)).toEqual([15_000, 30_000, 60_000, 120_000]);
    follow(selection, () => 4_000_000, 500_000, 530_000);
    expect(follow(selection, (now) => (now < 530_200 ? 800_000 : 4_000_000), 530_000, 540_000).at(-1)).toEqual([
      531_000,
      'f',
    ]);
  });

  it('keeps to what the viewer wishes for', () => {
    const limited = (limits: LayerLimits) => follow(new LayerSelection(), () => 9e6, 0, 100, { limits })[0]?.[1];
    expect(limited({ maximumWidth: 640 })).toBe('h');
    expect(limited({ maximumHeight: 200 })).toBe('q');
    expect(limited({ maximumHeight: 100 })).toBe('q');
    expect(limited({ id: 'h' })).toBe('h');
    expect(limited({ id: 'x' })).toBeUndefined();
  });

  it('says how much it could use: up to the next layer, and nothing more at the top', () => {
    const selection = new LayerSelection();
    follow(selection, () => 800_000, 0, 2000);
    expect(selection.wanted).toBe(3_000_000);
    follow(selection, () => 4_000_000, 2000, 5000);
    expect(selection.wanted).toBe(2_500_000);
  });

  it('leaves a layer that is no longer there', () => {
    const selection = new LayerSelection();
    const link = { estimate: 4_000_000, loss: 0 };
    expect(selection.select(LAYERS, {}, link, 0)).toBe('f');
    expect(selection.select(LAYERS.slice(1), {}, link, 100)).toBe('h');
    expect(selection.select([], {}, link, 200)).toBeUndefined();
    expect(selection.wanted).toBe(0);
  });
});
