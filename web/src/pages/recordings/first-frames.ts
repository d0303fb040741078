/**
 * The first frames of recordings, drawn by the browser itself: a few videos at a time load as much as their first
 * picture takes, and the newest pictures are kept.
 */

/** Videos that load at a time. */
const LOADS_AT_A_TIME = 3;
/** Milliseconds after which the next one has its turn. */
const PATIENCE = 10_000;
/** Pixels of a kept picture's longer side. */
const LONGER_SIDE = 400;
/** Pictures that are kept. */
const KEPT = 150;

const frames = new Map<string, HTMLCanvasElement>();
/** What gave no picture is not asked for again. */
const failed = new Set<string>();
const waiting: (() => void)[] = [];
let loading = 0;

/** A video whose first frame is wanted. */
export interface FrameSource {
  /** Names the picture among those that are kept. */
  key: string;
  url: string;
  /** It may have a picture later where it has none yet. */
  grows: boolean;
}

/** The picture at the start of a video; undefined where there is none, or nobody wants it any more. */
export async function firstFrame(
  { key, url, grows }: FrameSource,
  signal: AbortSignal,
): Promise<HTMLCanvasElement | undefined> {
  const known = frames.get(key);
  if (known !== undefined || failed.has(key)) return known;
  await turn(signal);
  try {
    if (signal.aborted) return undefined;
    const frame = await drawFirstFrame(url, signal);
    if (frame !== undefined) keep(key, frame);
    else if (!grows) failed.add(key);
    return frame;
  } catch {
    // Nobody wants it any more, or it took too long.
    return undefined;
  } finally {
    done();
  }
}

/** Asks again for what gave no picture: the server may have been away. */
export function forgetFailures(): void {
  failed.clear();
}

function turn(signal: AbortSignal): Promise<void> {
  if (loading < LOADS_AT_A_TIME) {
    loading++;
    return Promise.resolve();
  }
  return new Promise((resolve) => {
    const start = (): void => {
      loading++;
      resolve();
    };
    waiting.push(start);
    signal.addEventListener('abort', () => {
      const index = waiting.indexOf(start);
      if (index < 0) return;
      waiting.splice(index, 1);
      start();
    });
  });
}

function done(): void {
  loading--;
  // The newest wish first: it is what is in sight.
  if (loading < LOADS_AT_A_TIME) waiting.pop()?.();
}

function keep(key: string, frame: HTMLCanvasElement): void {
  frames.set(key, frame);
  for (const oldest of frames.keys()) {
    if (frames.size <= KEPT) return;
    frames.delete(oldest);
  }
}

/** Rejects where it took too long or the signal came; undefined where the browser cannot show the video. */
async function drawFirstFrame(url: string, signal: AbortSignal): Promise<HTMLCanvasElement | undefined> {
  const video = document.createElement('video');
  video.muted = true;
  video.playsInline = true;
  video.preload = 'metadata';
  try {
    video.src = url;
    await eventOf(video, 'loadedmetadata', signal);
    if (video.videoWidth === 0) return undefined;
    // Some browsers load no picture before they are sent to one.
    video.currentTime = 0.001;
    await eventOf(video, 'seeked', signal);
    return draw(video);
  } catch (error) {
    if (error instanceof MediaFault) return undefined;
    throw error;
  } finally {
    video.removeAttribute('src');
    video.load();
  }
}

class MediaFault extends Error {}

/** The next event of this name. */
function eventOf(video: HTMLVideoElement, name: string, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const giveUp = (): void => reject(new Error('It took too long, or nobody wants it.'));
    const timer = window.setTimeout(giveUp, PATIENCE);
    signal.addEventListener('abort', giveUp);
    video.addEventListener('error', () => reject(new MediaFault('The video cannot be shown.')), { once: true });
    video.addEventListener(
      name,
      () => {
        window.clearTimeout(timer);
        resolve();
      },
      { once: true },
    );
  });
}

function draw(video: HTMLVideoElement): HTMLCanvasElement {
  const { videoWidth, videoHeight } = video;
  const scale = Math.min(1, LONGER_SIDE / Math.max(videoWidth, videoHeight));
  const canvas = document.createElement('canvas');
  canvas.width = Math.max(1, Math.round(videoWidth * scale));
  canvas.height = Math.max(1, Math.round(videoHeight * scale));
  canvas.getContext('2d')?.drawImage(video, 0, 0, canvas.width, canvas.height);
  return canvas;
}
