/** The picture itself; the last one of a connection that is being made anew. */
import { untracked, useSignalEffect } from '@preact/signals';
import type { RefObject } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { messages } from '../../i18n/language.ts';
import { player } from './player-model.ts';
import { sound } from './sound-model.ts';

export function StageVideo({ video }: { video: RefObject<HTMLVideoElement | null> }) {
  const still = useRef<HTMLCanvasElement>(null);

  useEffect(() => {
    if (video.current !== null) sound.attach(video.current);
  }, [video]);

  useSignalEffect(() => {
    const stream = player.stream.value;
    if (video.current === null) return;
    video.current.srcObject = stream ?? null;
    // Not again for another volume: a stream that is set anew is loaded anew.
    if (stream !== undefined) untracked(() => void sound.play());
  });

  // The video goes black with its connection: the last picture stays until the next one comes.
  useSignalEffect(() => {
    if (player.state.value === 'reconnecting' && video.current !== null && still.current !== null) {
      drawStill(video.current, still.current);
    }
  });

  return (
    <>
      <video
        ref={video}
        class="stage-video"
        playsInline
        disableRemotePlayback
        aria-label={messages.value.player.video}
        onPlaying={() => player.noteFrame()}
        data-testid="video"
      />
      <canvas ref={still} class="stage-still" hidden={player.state.value !== 'reconnecting'} aria-hidden="true" />
    </>
  );
}

function drawStill(video: HTMLVideoElement, still: HTMLCanvasElement): void {
  if (video.videoWidth === 0 || video.readyState < HTMLMediaElement.HAVE_CURRENT_DATA) return;
  still.width = video.videoWidth;
  still.height = video.videoHeight;
  still.getContext('2d')?.drawImage(video, 0, 0);
}
