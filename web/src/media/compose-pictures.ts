/** One picture out of a shared screen and a camera, drawn on a canvas. */
import { cameraRectangle, composedSize, type CompositionLayout, type Size } from './composition.ts';

export interface ComposedPicture {
  track: MediaStreamTrack | undefined;
  /** Another corner, size or number of lines, from the next frame on. */
  arrange: (layout: CompositionLayout) => void;
  /** Ends the composition; the given tracks stay the caller's to stop. */
  stop: () => void;
}

/**
 * Milliseconds between two frames that are drawn although neither source has told of a new one: browsers tell of none
 * while the tab is hidden, and run timers once a second then. So a hidden tab sends a frame a second, if any.
 */
const IDLE_INTERVAL = 250;
/** Width of the line around the camera, as a share of its own width. */
const FRAME_SHARE = 0.008;

/** Draws the camera into a corner of the screen at up to so many frames a second. */
export async function composePictures(
  screen: MediaStreamTrack,
  camera: MediaStreamTrack,
  { layout, frameRate }: { layout: CompositionLayout; frameRate: number },
): Promise<ComposedPicture> {
  const [screenVideo, cameraVideo] = await Promise.all([play(screen), play(camera)]);
  const canvas = document.createElement('canvas');
  const context = canvas.getContext('2d', { alpha: false, desynchronized: true });
  let [wanted, isOver, drawnAt] = [layout, false, -Infinity];

  function draw(): void {
    drawnAt = performance.now();
    const composed = composedSize(sizeOf(screenVideo), wanted.height);
    if (canvas.width !== composed.width) canvas.width = composed.width;
    if (canvas.height !== composed.height) canvas.height = composed.height;
    if (context === null) return;
    context.drawImage(screenVideo, 0, 0, composed.width, composed.height);
    drawCamera(context, cameraVideo, composed, wanted);
  }

  /** Both sources tell of their frames; the rate holds for what comes of them. */
  function follow(video: HTMLVideoElement): void {
    video.requestVideoFrameCallback(() => {
      if (isOver) return;
      if (performance.now() - drawnAt >= 900 / frameRate) draw();
      follow(video);
    });
  }

  draw();
  const [track] = canvas.captureStream(frameRate).getVideoTracks();
  follow(screenVideo);
  follow(cameraVideo);
  const timer = window.setInterval(() => {
    if (performance.now() - drawnAt >= IDLE_INTERVAL) draw();
  }, IDLE_INTERVAL);
  return {
    track,
    arrange: (changed) => (wanted = changed),
    stop: () => {
      isOver = true;
      window.clearInterval(timer);
      track?.stop();
      for (const video of [screenVideo, cameraVideo]) video.srcObject = null;
    },
  };
}

function drawCamera(
  context: CanvasRenderingContext2D,
  video: HTMLVideoElement,
  composed: Size,
  layout: CompositionLayout,
): void {
  const { x, y, width, height } = cameraRectangle(composed, sizeOf(video), layout);
  context.drawImage(video, x, y, width, height);
  context.strokeStyle = '#ffffffb0';
  context.lineWidth = Math.max(1, Math.round(width * FRAME_SHARE));
  context.strokeRect(x, y, width, height);
}

/** A muted video element that has its first frame. */
async function play(track: MediaStreamTrack): Promise<HTMLVideoElement> {
  const video = document.createElement('video');
  video.muted = true;
  video.playsInline = true;
  video.srcObject = new MediaStream([track]);
  await video.play();
  return video;
}

function sizeOf({ videoWidth, videoHeight }: HTMLVideoElement): Size {
  return { width: Math.max(2, videoWidth), height: Math.max(2, videoHeight) };
}
