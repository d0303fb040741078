/** The live figures of a session. */
import { messages } from '../i18n/language.ts';
import type { Figures, Side } from '../webrtc/statistics.ts';
import { formatBitrate, formatMilliseconds, formatShare } from './format.ts';

interface FiguresPanelProps {
  figures: Figures | undefined;
  side: Side;
  /** What else is known: an id, a label, a value. */
  more?: readonly FigureRow[];
}

export type FigureRow = readonly [id: string, label: string, value: string | undefined];

export function FiguresPanel({ figures, side, more = [] }: FiguresPanelProps) {
  const texts = messages.value.figures;
  const rows: FigureRow[] = [
    ['bitrate', texts.bitrate, figures && formatBitrate(figures.bitrate)],
    ['resolution', texts.resolution, resolution(figures)],
    ['frame-rate', texts.frameRate, rounded(figures?.framesPerSecond)],
    ['codec', texts.codec, codecs(figures)],
    ['round-trip', texts.roundTrip, formatted(figures?.roundTripTime, formatMilliseconds)],
    ['loss', texts.loss, formatted(figures?.loss, formatShare)],
  ];
  if (side === 'receive') {
    rows.push(['buffer', texts.buffer, formatted(figures?.bufferDelay, formatMilliseconds)]);
    rows.push(['freezes', texts.freezes, figures && String(figures.freezes)]);
  }
  rows.push(...more);
  return (
    <section class="figures" aria-label={texts.title} data-testid="figures">
      <dl>
        {rows.map(([id, label, value]) => (
          <div key={id} class="figure">
            <dt>{label}</dt>
            <dd data-testid={`figure-${id}`} class={value === undefined ? 'empty' : undefined}>
              {value ?? texts.none}
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

function formatted(value: number | undefined, format: (value: number) => string): string | undefined {
  return value === undefined ? undefined : format(value);
}

function rounded(value: number | undefined): string | undefined {
  return formatted(value, (rate) => `${Math.round(rate)} fps`);
}

function resolution(figures: Figures | undefined): string | undefined {
  if (figures?.width === undefined || figures.height === undefined) return undefined;
  return `${figures.width} × ${figures.height}`;
}

function codecs(figures: Figures | undefined): string | undefined {
  const names = [figures?.videoCodec, figures?.audioCodec].filter((name) => name !== undefined);
  return names.length === 0 ? undefined : names.join(' + ');
}
