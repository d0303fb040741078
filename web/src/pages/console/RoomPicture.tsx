/** What a room shows at present, with its figures. */
import type { Signal } from '@preact/signals';
import { formatBitrate } from '../../components/format.ts';
import { consoleTexts } from '../../i18n/console.ts';
import { RoomPreview } from './RoomPreview.tsx';
import type { RoomRow } from './room-rows.ts';

interface RoomPictureProps {
  row: RoomRow;
  /** Whether the preview is in sight, which counts as a viewer. */
  isShown: Signal<boolean>;
}

export function RoomPicture({ row, isShown }: RoomPictureProps) {
  const texts = consoleTexts.value.rooms;
  const facts: [string, string][] = [
    [texts.viewers, String(row.viewers)],
    [texts.bitrate, formatBitrate(row.bitrate)],
    [texts.codec, row.codecs.join(' + ')],
    [texts.layers, row.layers.join(', ')],
  ];
  return (
    <section class="room-now" aria-label={texts.preview}>
      <div class="room-picture">{isShown.value ? <RoomPreview room={row.name} /> : <span>{texts.preview}</span>}</div>
      <div class="group">
        <dl class="room-facts">
          {facts.map(([label, text]) => (
            <div key={label}>
              <dt class="hint">{label}</dt>
              <dd>{text === '' ? consoleTexts.value.none : text}</dd>
            </div>
          ))}
        </dl>
        <p class="hint">{texts.previewHint}</p>
        <button
          type="button"
          class="button"
          onClick={() => (isShown.value = !isShown.value)}
          data-testid="toggle-preview"
        >
          {isShown.value ? texts.hidePreview : texts.showPreview}
        </button>
      </div>
    </section>
  );
}
