/** The bar at the foot of the picture. */
import { DanmakuMenu } from '../../danmaku/DanmakuMenu.tsx';
import { messages } from '../../i18n/language.ts';
import { Icon, type IconName } from '../../components/Icon.tsx';
import { StatePill } from '../../components/StatePill.tsx';
import { onSingleClick } from '../../components/single-click.ts';
import { canFloatElements } from './floating-stage.ts';
import { player } from './player-model.ts';
import { QualityMenu } from './QualityMenu.tsx';
import { hasPictureInPicture } from './screen.ts';
import { sound } from './sound-model.ts';
import { watch } from './watch-model.ts';

interface PlayerControlsProps {
  isFullscreen: boolean;
  /** In a window of its own, which has no other form. */
  isFloating: boolean;
  onFullscreen: () => void;
  onPictureInPicture: () => void;
}

export function PlayerControls({ isFullscreen, isFloating, onFullscreen, onPictureInPicture }: PlayerControlsProps) {
  const texts = messages.value.player;
  const isActive = player.isActive.value;
  const isSilent = sound.muted.value || sound.soundRefused.value || sound.volume.value === 0;
  const volumePercent = isSilent ? 0 : Math.round(sound.volume.value * 100);
  return (
    <div class="control-bar">
      {isActive ? (
        <ControlButton
          key="stop"
          icon="stop"
          label={texts.stop}
          testId="bar-stop"
          onClick={onSingleClick(() => player.stop())}
        />
      ) : (
        <ControlButton key="start" icon="play" label={texts.start} testId="bar-start" onClick={() => player.start()} />
      )}
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
      <StatePill state={player.state.value} label={messages.value.state[player.state.value]} />
      <span class="spacer" />
      <DanmakuMenu />
      <QualityMenu />
      {(canFloatElements() || hasPictureInPicture()) && !isFullscreen && (
        <ControlButton
          icon="pictureInPicture"
          label={texts.pictureInPicture}
          testId="picture-in-picture"
          pressed={isFloating}
          onClick={onPictureInPicture}
        />
      )}
      {!isFullscreen && !isFloating && (
        <ControlButton
          icon="theatre"
          label={watch.isTheatre.value ? messages.value.watch.leaveTheatre : messages.value.watch.theatre}
          testId="theatre"
          pressed={watch.isTheatre.value}
          wideOnly
          onClick={() => watch.toggleTheatre()}
        />
      )}
      {!isFloating && (
        <ControlButton
          icon={isFullscreen ? 'exitFullscreen' : 'fullscreen'}
          label={isFullscreen ? texts.exitFullscreen : texts.fullscreen}
          testId="fullscreen"
          onClick={onFullscreen}
        />
      )}
    </div>
  );
}

interface ControlButtonProps {
  icon: IconName;
  label: string;
  testId: string;
  pressed?: boolean;
  /** Not where the bar is narrow. */
  wideOnly?: boolean;
  onClick: (event: MouseEvent) => void;
}

function ControlButton({ icon, label, testId, pressed, wideOnly, onClick }: ControlButtonProps) {
  return (
    <button
      type="button"
      class={wideOnly === true ? 'control wide-only' : 'control'}
      aria-label={label}
      title={label}
      aria-pressed={pressed}
      onClick={onClick}
      data-testid={testId}
    >
      <Icon name={icon} />
    </button>
  );
}
