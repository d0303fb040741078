/** Size, rate, bits and codec of the picture. */
import { CheckField, SelectField, type Choice } from '../../components/fields.tsx';
import { formatBitrate } from '../../components/format.ts';
import { messages } from '../../i18n/language.ts';
import { sendableCodecs } from '../../media/codecs.ts';
import { BITRATES, FRAME_RATES, HEIGHTS, sharesScreen } from '../../settings/preferences.ts';
import { publisher } from './publisher-model.ts';

export function PictureSettings() {
  const texts = messages.value.publisher;
  const preferences = publisher.preferences.value;
  const codecs: Choice[] = sendableCodecs().map((name) => ({ value: name.toUpperCase(), label: name }));
  return (
    <section class="group pairs" aria-label={texts.quality}>
      <SelectField
        label={texts.resolution}
        testId="resolution"
        value={String(preferences.height)}
        choices={[
          ...HEIGHTS.map((height) => ({ value: String(height), label: `${height}p` })),
          { value: '0', label: texts.nativeResolution },
        ]}
        onChange={(height) => void publisher.change({ height: Number(height) })}
      />
      <SelectField
        label={texts.frameRate}
        testId="frame-rate"
        value={String(preferences.frameRate)}
        choices={FRAME_RATES.map((rate) => ({ value: String(rate), label: texts.framesPerSecond(rate) }))}
        onChange={(rate) => void publisher.change({ frameRate: Number(rate) })}
      />
      <SelectField
        label={texts.bitrate}
        testId="bitrate"
        value={String(preferences.bitrate)}
        choices={[
          { value: '0', label: texts.automatic },
          ...BITRATES.map((rate) => ({ value: String(rate), label: formatBitrate(rate * 1000) })),
        ]}
        onChange={(rate) => void publisher.change({ bitrate: Number(rate) })}
      />
      <SelectField
        label={texts.codec}
        testId="codec"
        value={preferences.codec}
        choices={[{ value: '', label: texts.automatic }, ...codecs]}
        onChange={(codec) => void publisher.change({ codec })}
        disabled={publisher.isActive.value}
      />
      {sharesScreen(preferences) && <ScreenContentField />}
      <SimulcastField />
    </section>
  );
}

/** Whether a shared screen is to be sharp or smooth. */
function ScreenContentField() {
  const texts = messages.value.publisher;
  return (
    <SelectField
      label={texts.screenContent}
      testId="screen-content"
      value={publisher.preferences.value.screenContent}
      choices={[
        { value: 'detail', label: texts.screenDetail },
        { value: 'motion', label: texts.screenMotion },
      ]}
      onChange={(content) => void publisher.change({ screenContent: content === 'motion' ? 'motion' : 'detail' })}
    />
  );
}

function SimulcastField() {
  const texts = messages.value.publisher;
  return (
    <div class="whole-row">
      <CheckField
        label={texts.simulcast}
        testId="simulcast"
        checked={publisher.preferences.value.simulcast}
        onChange={(simulcast) => void publisher.change({ simulcast })}
        disabled={publisher.isActive.value}
      />
      <p class="hint">{texts.simulcastHint}</p>
    </div>
  );
}
