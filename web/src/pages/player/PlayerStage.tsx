/** The picture, what lies over it, and its controls. */
import { useComputed } from '@preact/signals';
import { useRef } from 'preact/hooks';
import { DanmakuLayer } from '../../danmaku/DanmakuLayer.tsx';
import { AutoplayButton } from './AutoplayButton.tsx';
import { NerdPanel } from './NerdPanel.tsx';
import { PlayerControls } from './PlayerControls.tsx';
import { player } from './player-model.ts';
import { sound } from './sound-model.ts';
import { StageMessage } from './StageMessage.tsx';
import { StageVideo } from './StageVideo.tsx';
import { usePlayerKeys } from './use-player-keys.ts';
import { useRestfulPointer } from './use-restful-pointer.ts';
import { useStageForms } from './use-stage-forms.ts';
import { watch } from './watch-model.ts';

export function PlayerStage() {
  const stage = useRef<HTMLDivElement>(null);
  const video = useRef<HTMLVideoElement>(null);
  const mayRest = useComputed(
    () => player.state.value === 'playing' && !sound.soundRefused.value && !sound.playRefused.value,
  );
  const hidesControls = useRestfulPointer(stage, mayRest);
  const forms = useStageForms(stage, video);
  usePlayerKeys(stage, forms.onFullscreen);
  return (
    <div
      ref={stage}
      class={`stage${hidesControls.value ? ' restful' : ''}`}
      data-state={player.state.value}
      data-testid="stage"
      onDblClick={(event) => {
        if (!isControl(event.target)) forms.onFullscreen();
      }}
    >
      <StageVideo video={video} />
      {/* A layer of another window is a new one: nothing of it stays behind. */}
      <DanmakuLayer key={forms.isFloating.value ? 'floating' : 'page'} chat={watch.chat} />
      <StageMessage />
      <NerdPanel />
      <AutoplayButton />
      <PlayerControls
        isFullscreen={forms.isFullscreen.value}
        isFloating={forms.isFloating.value}
        onFullscreen={forms.onFullscreen}
        onPictureInPicture={forms.onPictureInPicture}
      />
    </div>
  );
}

/** Whether a click there has a meaning of its own. */
function isControl(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest('button, input, .menu, .nerds') !== null;
}
