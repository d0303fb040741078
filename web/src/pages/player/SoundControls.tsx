/** Mute and volume. */
import { messages } from '../../i18n/language.ts';
import { ControlButton } from './ControlButton.tsx';
import { sound } from './sound-model.ts';

export function SoundControls() {
  const texts = messages.value.player;
  const isSilent = sound.muted.value || sound.soundRefused.value || sound.volume.value === 0;
  const volumePercent = isSilent ? 0 : Math.round(sound.volume.value * 100);
  return (
    <>
      <ControlButton
        icon={isSilent ? 'soundOff' : 'sound'}
        label={isSilent ? texts.unmute : texts.mute}
        testId="mute"
        pressed={isSilent}
        onClick={() => sound.toggleMuted()}
      />
      <input
        class="volume"
        type="range"
        min="0"
        max="100"
        step="5"
        value={volumePercent}
        aria-label={texts.volume}
        onInput={(event) => sound.setVolume(Number(event.currentTarget.value) / 100)}
        data-testid="volume"
      />
    </>
  );
}
