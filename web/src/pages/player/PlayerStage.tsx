/** The picture, what lies over it, and its controls. */
import { useSignal, useSignalEffect } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { Icon } from '../../components/Icon.tsx';
import { DanmakuLayer } from '../../danmaku/DanmakuLayer.tsx';
import { messages } from '../../i18n/language.ts';
import { canFloatElements, toggleFloating } from './floating-stage.ts';
import { NerdPanel } from './NerdPanel.tsx';
import { PlayerControls } from './PlayerControls.tsx';
import { player } from './player-model.ts';
import { toggleFullscreen, togglePictureInPicture } from './screen.ts';
import { sound } from './sound-model.ts';
import { StageMessage } from './StageMessage.tsx';
import { usePlayerKeys } from './use-player-keys.ts';
import { useRestfulPointer } from './use-restful-pointer.ts';
import { watch } from './watch-model.ts';

export function PlayerStage() {
  const stage = useRef<HTMLDivElement>(null);
  const video = useRef<HTMLVideoElement>(null);
  const still = useRef<HTMLCanvasElement>(null);
  const isFullscreen = useSignal(false);
  const isFloating = useSignal(false);
  const isResting = useRestfulPointer(stage);
  const texts = messages.value.player;
  const state = player.state.value;

  useEffect(() => {
    if (video.current !== null) sound.attach(video.current);
    const follow = (): void => {
      isFullscreen.value = document.fullscreenElement === stage.current && stage.current !== null;
    };
    document.addEventListener('fullscreenchange', follow);
    return () => document.removeEventListener('fullscreenchange', follow);
  }, [isFullscreen]);

  useSignalEffect(() => {
    const stream = player.stream.value;
    if (video.current === null) return;
    video.current.srcObject = stream ?? null;
    if (stream !== undefined) void sound.play();
  });

  // The video goes black with its connection: the last picture stays until the next one comes.
  useSignalEffect(() => {
    if (player.state.value === 'reconnecting' && video.current !== null && still.current !== null) {
      drawStill(video.current, still.current);
    }
  });

  const onFullscreen = (): void => {
    if (stage.current === null || video.current === null || isFloating.peek()) return;
    toggleFullscreen(stage.current, video.current).catch(() => undefined);
  };
  const onPictureInPicture = (): void => {
    if (stage.current === null || video.current === null) return;
    const toggled = canFloatElements()
      ? toggleFloating(stage.current, texts.floats, (floats) => (isFloating.value = floats))
      : togglePictureInPicture(video.current);
    toggled.catch(() => undefined);
  };
  usePlayerKeys(onFullscreen);

  const hidesControls = state === 'playing' && isResting.value && !sound.soundRefused.value;
  return (
    <div
      ref={stage}
      class={`stage${hidesControls ? ' restful' : ''}`}
      data-state={state}
      data-testid="stage"
      onDblClick={(event) => {
        const isControl =
          event.target instanceof Element && event.target.closest('button, input, .menu, .nerds') !== null;
        if (!isControl) onFullscreen();
      }}
    >
      <video
        ref={video}
        class="stage-video"
        playsInline
        disableRemotePlayback
        aria-label={texts.video}
        onPlaying={() => player.noteFrame()}
        data-testid="video"
      />
      <canvas ref={still} class="stage-still" hidden={state !== 'reconnecting'} aria-hidden="true" />
      {/* A layer of another window is a new one: nothing of it stays behind. */}
      <DanmakuLayer key={isFloating.value ? 'floating' : 'page'} chat={watch.chat} />
      <StageMessage />
      <NerdPanel />
      {sound.playRefused.value || (sound.soundRefused.value && state === 'playing') ? (
        <button
          type="button"
          class="button tap"
          onClick={() => void sound.allowSound()}
          data-testid={sound.playRefused.value ? 'tap-to-play' : 'tap-for-sound'}
        >
          <Icon name={sound.playRefused.value ? 'play' : 'soundOff'} />
          {sound.playRefused.value ? texts.tapToPlay : texts.tapForSound}
        </button>
      ) : null}
      <PlayerControls
        isFullscreen={isFullscreen.value}
        isFloating={isFloating.value}
        onFullscreen={onFullscreen}
        onPictureInPicture={onPictureInPicture}
      />
    </div>
  );
}

function drawStill(video: HTMLVideoElement, still: HTMLCanvasElement): void {
  if (video.videoWidth === 0 || video.readyState < HTMLMediaElement.HAVE_CURRENT_DATA) return;
  still.width = video.videoWidth;
  still.height = video.videoHeight;
  still.getContext('2d')?.drawImage(video, 0, 0);
}
