import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CAMERA_SIZES, cameraRectangle, composedSize, CORNERS } from './composition.ts';

describe('composedSize', () => {
  it('keeps the shape of the screen, and makes it smaller but never larger', () => {
    expect(composedSize({ width: 2560, height: 1440 }, 720)).toEqual({ width: 1280, height: 720 });
    expect(composedSize({ width: 1280, height: 720 }, 1080)).toEqual({ width: 1280, height: 720 });
    expect(composedSize({ width: 1366, height: 768 }, 0)).toEqual({ width: 1366, height: 768 });
  });

  it('is even', () => {
    expect(composedSize({ width: 1365, height: 767 }, 0)).toEqual({ width: 1366, height: 768 });
    expect(composedSize({ width: 1, height: 1 }, 0)).toEqual({ width: 2, height: 2 });
  });
});

describe('cameraRectangle', () => {
  const composed = { width: 1280, height: 720 };
  const camera = { width: 640, height: 360 };

  it.each([
    ['bottom-right', 955, 529],
    ['bottom-left', 18, 529],
    ['top-right', 955, 18],
    ['top-left', 18, 18],
  ] as const)('stands in the corner %s', (corner, x, y) => {
    const rectangle = cameraRectangle(composed, camera, { corner, size: 'medium', height: 0 });
    expect(rectangle).toEqual({ x, y, width: 307, height: 173 });
  });

  it('is larger the larger it is wanted', () => {
    const widths = CAMERA_SIZES.map(
      (size) => cameraRectangle(composed, camera, { corner: 'top-left', size, height: 0 }).width,
    );
    expect(widths).toEqual([...widths].sort((a, b) => a - b));
    expect(new Set(widths).size).toBe(3);
  });

  it('lies in the picture and keeps the shape of the camera, whatever that is', () => {
    const side = fc.integer({ min: 100, max: 4000 });
    fc.assert(
      fc.property(
        fc.record({ width: side, height: side }),
        fc.record({ width: side, height: side }),
        fc.constantFrom(...CORNERS),
        fc.constantFrom(...CAMERA_SIZES),
        (whole, part, corner, size) => {
          const { x, y, width, height } = cameraRectangle(whole, part, { corner, size, height: 0 });
          expect(Math.min(x, y)).toBeGreaterThanOrEqual(0);
          expect(x + width).toBeLessThanOrEqual(whole.width);
          expect(y + height).toBeLessThanOrEqual(whole.height);
          expect(height).toBeLessThanOrEqual(whole.height / 2 + 1);
          expect(Math.abs(width * part.height - height * part.width)).toBeLessThanOrEqual(part.width + part.height);
        },
      ),
    );
  });
});
