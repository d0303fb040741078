/** What the browser does to the sound. */
import { CheckField } from '../../components/fields.tsx';
import { messages } from '../../i18n/language.ts';
import { NO_MICROPHONE, sharesScreen } from '../../settings/preferences.ts';
import { publisher } from './publisher-model.ts';

export function SoundSettings() {
  const texts = messages.value.publisher;
  const preferences = publisher.preferences.value;
  const isScreen = sharesScreen(preferences);
  const isSharing = isScreen && publisher.camera.capture.value !== undefined;
  const disabled = isSharing || preferences.microphone === NO_MICROPHONE;
  const processing = [
    ['echoCancellation', 'echo-cancellation', texts.echoCancellation],
    ['noiseSuppression', 'noise-suppression', texts.noiseSuppression],
    ['automaticGain', 'automatic-gain', texts.automaticGain],
  ] as const;
  return (
    <section class="group" aria-label={texts.sound}>
      {isScreen && (
        <CheckField
          label={texts.screenSound}
          testId="screen-sound"
          checked={preferences.screenSound}
          onChange={(screenSound) => void publisher.change({ screenSound })}
          disabled={isSharing}
        />
      )}
      <details class="more">
        <summary data-testid="sound-processing">{texts.soundProcessing}</summary>
        {processing.map(([name, testId, label]) => (
          <CheckField
            key={name}
            label={label}
            testId={testId}
            checked={preferences[name]}
            onChange={(checked) => void publisher.change({ [name]: checked })}
            disabled={disabled}
          />
        ))}
        <p class="hint">{texts.musicHint}</p>
      </details>
    </section>
  );
}
