/** Statistics for nerds, over the picture. */
import { formatBitrate, formatMilliseconds, formatShare } from '../../components/format.ts';
import { Icon } from '../../components/Icon.tsx';
import { messages } from '../../i18n/language.ts';
import { latencyEstimate } from '../../webrtc/statistics.ts';
import { player } from './player-model.ts';
import { watch } from './watch-model.ts';

export function NerdPanel() {
  const texts = messages.value;
  const figures = player.figures.value;
  if (!watch.showsStatistics.value) return null;
  const { figures: words, watch: own } = texts;
  const latency = figures && latencyEstimate(figures);
  const size = figures?.width === undefined ? undefined : `${figures.width} × ${figures.height ?? '?'}`;
  const rate = figures?.framesPerSecond === undefined ? '' : ` @ ${Math.round(figures.framesPerSecond)}`;
  const codecs = [figures?.videoCodec, figures?.audioCodec].filter((codec) => codec !== undefined).join(' + ');
  const rows: [id: string, label: string, value: string | undefined][] = [
    ['latency', own.latency, latency === undefined ? undefined : `≈ ${formatMilliseconds(latency)}`],
    ['resolution', words.resolution, size === undefined ? undefined : size + rate],
    ['codec', words.codec, codecs === '' ? undefined : codecs],
    ['bitrate', words.bitrate, figures && formatBitrate(figures.bitrate)],
    ['loss', words.loss, figures?.loss === undefined ? undefined : formatShare(figures.loss)],
    ['dropped', own.dropped, figures && String(figures.framesDropped)],
    ['freezes', words.freezes, figures && String(figures.freezes)],
    ['round-trip', words.roundTrip, milliseconds(figures?.roundTripTime)],
    ['jitter-buffer', own.jitterBuffer, milliseconds(figures?.bufferDelay)],
    ['jitter', own.jitter, milliseconds(figures?.jitter)],
  ];
  return (
    <section class="nerds" aria-label={own.statistics} data-testid="nerds">
      <div class="nerds-head">
        <h2>{own.statistics}</h2>
        <button
          type="button"
          class="chat-action"
          aria-label={own.closeStatistics}
          onClick={() => watch.toggleStatistics()}
        >
          <Icon name="close" />
        </button>
      </div>
      <dl>
        {rows.map(([id, label, value]) => (
          <>
            <dt title={id === 'latency' ? own.latencyHint : undefined}>{label}</dt>
            <dd data-testid={`nerd-${id}`}>{value ?? words.none}</dd>
          </>
        ))}
      </dl>
    </section>
  );
}

function milliseconds(value: number | undefined): string | undefined {
  return value === undefined ? undefined : formatMilliseconds(value);
}
