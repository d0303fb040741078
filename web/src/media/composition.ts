/** Where the camera stands in a shared screen (picture in picture). Pure. */

export const CORNERS = ['bottom-right', 'bottom-left', 'top-right', 'top-left'] as const;
export type Corner = (typeof CORNERS)[number];

export const CAMERA_SIZES = ['small', 'medium', 'large'] as const;
export type CameraSize = (typeof CAMERA_SIZES)[number];

export interface CompositionLayout {
  corner: Corner;
  size: CameraSize;
  /** Lines of the composed picture at most; 0 for as many as the screen has. */
  height: number;
}

/** Pixels. */
export interface Size {
  width: number;
  height: number;
}

/** Pixels from the upper left corner of the composed picture. */
export interface Rectangle extends Size {
  x: number;
  y: number;
}

/** The camera's share of the picture's width. */
const SHARES: Record<CameraSize, number> = { small: 0.16, medium: 0.24, large: 0.36 };
/** The camera's share of the picture's height at most: a phone's upright picture does not cover it from top to bottom. */
const TALLEST = 0.5;
/** Share of the shorter side that is left free around the camera. */
const MARGIN = 0.025;

/** The size of the composed picture: the screen's shape, in even numbers, which every encoder takes. */
export function composedSize(screen: Size, height: number): Size {
  const scale = height > 0 && screen.height > height ? height / screen.height : 1;
  return { width: even(screen.width * scale), height: even(screen.height * scale) };
}

/** Where the camera's whole picture stands, in its own shape. */
export function cameraRectangle(composed: Size, camera: Size, { corner, size }: CompositionLayout): Rectangle {
  const scale = Math.min((composed.width * SHARES[size]) / camera.width, (composed.height * TALLEST) / camera.height);
  const [width, height] = [Math.round(camera.width * scale), Math.round(camera.height * scale)];
  const margin = Math.round(Math.min(composed.width, composed.height) * MARGIN);
  return {
    x: corner.endsWith('left') ? margin : composed.width - margin - width,
    y: corner.startsWith('top') ? margin : composed.height - margin - height,
    width,
    height,
  };
}

function even(value: number): number {
  return Math.max(2, Math.round(value / 2) * 2);
}
