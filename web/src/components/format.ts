/** Figures as text. */

/** Bits a second as kbit/s or Mbit/s. */
export function formatBitrate(bitsPerSecond: number): string {
  if (bitsPerSecond >= 999_500) return `${(bitsPerSecond / 1_000_000).toFixed(1)} Mbit/s`;
  return `${Math.round(bitsPerSecond / 1000)} kbit/s`;
}

/** A share from 0 to 1 as percent, finer below 10 %. */
export function formatShare(share: number): string {
  const percent = share * 100;
  return `${percent > 0 && percent < 10 ? percent.toFixed(1) : Math.round(percent)} %`;
}

/** Milliseconds. */
export function formatMilliseconds(milliseconds: number): string {
  return `${Math.round(milliseconds)} ms`;
}

/** Milliseconds as h:mm:ss or m:ss. */
export function formatDuration(milliseconds: number): string {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  const two = (value: number): string => String(value).padStart(2, '0');
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  return hours > 0 ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`;
}

const SIZE_UNITS = ['kB', 'MB', 'GB', 'TB'];

/** Bytes as kB, MB, GB or TB, decimal. */
export function formatSize(bytes: number): string {
  let value = Math.max(0, bytes);
  let unit = 'B';
  for (const larger of SIZE_UNITS) {
    if (value < 999.5) break;
    value /= 1000;
    unit = larger;
  }
  return `${unit === 'B' || value >= 9.95 ? Math.round(value) : value.toFixed(1)} ${unit}`;
}

/** Milliseconds since the epoch as local date and time, in the words of a language (BCP 47). */
export function dateTimeFormat(language: string): (time: number) => string {
  const format = new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'short' });
  return (time) => (Number.isFinite(time) ? format.format(time) : '');
}
