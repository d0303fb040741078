/** A room's picture: the moving preview while it is wanted, then its last frame; before that a colour and a letter. */
import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import type { Room } from '../../../../src/http/api-schemas.ts';
import { Icon } from '../../components/Icon.tsx';
import { home } from './home-model.ts';
import { colourOf, titleOf } from './live-rooms.ts';

/** How many colours the style sheet has. */
const COLOURS = 6;

export function RoomPicture({ room }: { room: Room }) {
  const video = useRef<HTMLVideoElement>(null);
  const still = useRef<HTMLCanvasElement>(null);
  const hasStill = useSignal(false);
  const isWanted = home.preview.room.value === room.name;
  const stream = isWanted ? home.preview.stream.value : undefined;
  const hasPicture = room.tracks.some(({ kind }) => kind === 'video');

  useEffect(() => {
    const element = video.current;
    if (element === null || stream === undefined) return;
    element.srcObject = stream;
    // Browsers may refuse to play by themselves; then the still picture stays.
    element.play().catch(() => undefined);
    return () => {
      hasStill.value = keepFrame(element, still.current) || hasStill.peek();
      element.srcObject = null;
    };
  }, [stream, hasStill]);

  return (
    <span class="live-frame" data-colour={colourOf(room.name, COLOURS)} data-has-still={hasStill.value}>
      <span class="live-sign">{hasPicture ? firstLetter(titleOf(room)) : <Icon name="sound" />}</span>
      <canvas ref={still} class="live-still" hidden={!hasStill.value} />
      <video
        ref={video}
        class="live-video"
        muted
        playsInline
        disablePictureInPicture
        hidden={stream === undefined}
        data-testid="preview-video"
      />
      {isWanted && stream === undefined && <span class="spinner live-spinner" />}
    </span>
  );
}

function firstLetter(title: string): string {
  return String.fromCodePoint(title.codePointAt(0) ?? 0x3f).toUpperCase();
}

/** Draws a video's present frame; false where it has none. */
function keepFrame(video: HTMLVideoElement, canvas: HTMLCanvasElement | null): boolean {
  const context = canvas?.getContext('2d');
  if (canvas === null || context === null || context === undefined || video.videoWidth === 0) return false;
  canvas.width = video.videoWidth;
  canvas.height = video.videoHeight;
  context.drawImage(video, 0, 0);
  return true;
}
