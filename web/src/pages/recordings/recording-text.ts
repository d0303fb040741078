/** What a recording holds, in words. Pure. */
import type { Recording } from './recording.ts';

/** Resolution and codecs; `soundOnly` says that there is no picture. */
export function mediaText(
  { videoCodec, audioCodec, width, height }: Pick<Recording, 'videoCodec' | 'audioCodec' | 'width' | 'height'>,
  soundOnly: string,
): string {
  const size = width === undefined || height === undefined ? undefined : `${width} × ${height}`;
  const codecs = [videoCodec, audioCodec].filter((codec) => codec !== undefined).map(codecName);
  return [videoCodec === undefined ? soundOnly : size, codecs.join(' + ')].filter(Boolean).join(' · ');
}

function codecName(codec: string): string {
  return codec === 'opus' ? 'Opus' : codec;
}
