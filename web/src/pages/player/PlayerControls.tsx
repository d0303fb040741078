/** The bar at the foot of the picture. */
import { DanmakuMenu } from '../../danmaku/DanmakuMenu.tsx';
import { messages } from '../../i18n/language.ts';
import { StatePill } from '../../components/StatePill.tsx';
import { onSingleClick } from '../../components/single-click.ts';
import { ControlButton } from './ControlButton.tsx';
import { canFloatElements } from './floating-stage.ts';
import { player } from './player-model.ts';
import { QualityMenu } from './QualityMenu.tsx';
import { hasPictureInPicture } from './screen.ts';
import { SoundControls } from './SoundControls.tsx';
import { watch } from './watch-model.ts';

interface ScreenControlsProps {
  isFullscreen: boolean;
  /** In a window of its own, which has no other form. */
  isFloating: boolean;
  onFullscreen: () => void;
  onPictureInPicture: () => void;
}

export function PlayerControls(props: ScreenControlsProps) {
  const state = player.state.value;
  return (
    <div class="control-bar">
      <PlayButton />
      <SoundControls />
      <StatePill state={state} label={messages.value.state[state]} />
      <span class="spacer" />
      <DanmakuMenu />
      <QualityMenu />
      <ScreenControls {...props} />
    </div>
  );
}

function PlayButton() {
  const texts = messages.value.player;
  return player.isActive.value ? (
    <ControlButton
      key="stop"
      icon="stop"
      label={texts.stop}
      testId="bar-stop"
      onClick={onSingleClick(() => player.stop())}
    />
  ) : (
    <ControlButton key="start" icon="play" label={texts.start} testId="bar-start" onClick={() => player.start()} />
  );
}

/** How large the picture is, and where. */
function ScreenControls({ isFullscreen, isFloating, onFullscreen, onPictureInPicture }: ScreenControlsProps) {
  const { player: texts, watch: own } = messages.value;
  return (
    <>
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
          label={watch.isTheatre.value ? own.leaveTheatre : own.theatre}
          testId="theatre"
          pressed={watch.isTheatre.value}
          wideOnly={!watch.isTheatre.value}
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
    </>
  );
}
