/** The longest side that a codec of this project can code (AV1 and VP9: 16 bit). */
const MAXIMUM_SIDE = 65_536;

/** Pixels of a picture as it is shown, after cropping and before any scaling. */
export interface PictureSize {
  width: number;
  height: number;
}

/** The size with these sides. Undefined where they are none that a picture can have. */
export function pictureSize(width: number, height: number): PictureSize | undefined {
  return width > 0 && height > 0 && width <= MAXIMUM_SIDE && height <= MAXIMUM_SIDE ? { width, height } : undefined;
}
