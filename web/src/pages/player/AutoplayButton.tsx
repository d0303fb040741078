/** What the browser's autoplay rules want a tap for: sound, or playing at all. */
import { Icon } from '../../components/Icon.tsx';
import { messages } from '../../i18n/language.ts';
import { player } from './player-model.ts';
import { sound } from './sound-model.ts';

export function AutoplayButton() {
  const texts = messages.value.player;
  const playRefused = sound.playRefused.value;
  if (!playRefused && !(sound.soundRefused.value && player.state.value === 'playing')) return null;
  return (
    <button
      type="button"
      class="button tap"
      onClick={() => void sound.allowSound()}
      data-testid={playRefused ? 'tap-to-play' : 'tap-for-sound'}
    >
      <Icon name={playRefused ? 'play' : 'soundOff'} />
      {playRefused ? texts.tapToPlay : texts.tapForSound}
    </button>
  );
}
