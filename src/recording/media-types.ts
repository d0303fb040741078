/** Media types of the files that are recorded, by the extension of their names. */

const MEDIA_TYPES: Readonly<Record<string, string>> = {
  mp4: 'video/mp4',
  webm: 'video/webm',
  ogg: 'audio/ogg',
  ivf: 'video/x-ivf',
};

/** The media type of a file; undefined where it is no recorded media. */
export function mediaTypeOf(fileName: string): string | undefined {
  const extension = /[^/]\.([a-z0-9]+)$/.exec(fileName)?.[1];
  return extension === undefined ? undefined : MEDIA_TYPES[extension];
}
