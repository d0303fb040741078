/** Camera, microphone and screen as the preferences want them. */
import { NO_MICROPHONE, sharesScreen, type PublisherPreferences } from '../settings/preferences.ts';
import { composePictures, type ComposedPicture } from './compose-pictures.ts';
import type { CompositionLayout } from './composition.ts';
import { mixAudio } from './mix-audio.ts';

/** Why nothing could be captured; each has a text in the dictionaries. */
export type CaptureProblem =
  'denied' | 'deniedScreen' | 'missing' | 'busy' | 'unsuitable' | 'unsupported' | 'unknown' | 'lost';

export interface Capture {
  video: MediaStreamTrack | undefined;
  audio: MediaStreamTrack | undefined;
  /** The track whose end ends the capture: of a composed picture, the screen in it. */
  source: MediaStreamTrack | undefined;
  /** Lays a composed picture out anew; missing where it is none. */
  arrange?: (layout: CompositionLayout) => void;
  /** Stops every device that the capture holds. */
  stop: () => void;
}

/** Lines of a camera that is to stand in a corner. */
const CORNER_CAMERA_HEIGHT = 480;

/** Whether this browser can share a screen. */
export function canShareScreen(): boolean {
  return mediaDevices() !== undefined && 'getDisplayMedia' in navigator.mediaDevices;
}

/** navigator.mediaDevices, which pages without HTTPS do not have. */
export function mediaDevices(): MediaDevices | undefined {
  return 'mediaDevices' in navigator ? navigator.mediaDevices : undefined;
}

/** Opens what the preferences name; rejects as getUserMedia and getDisplayMedia do. */
export function openCapture(preferences: PublisherPreferences): Promise<Capture> {
  return sharesScreen(preferences) ? openScreen(preferences) : openCamera(preferences);
}

/** The name of what went wrong when a capture was opened. */
export function captureProblem(error: unknown, source: PublisherPreferences['source']): CaptureProblem {
  switch (error instanceof DOMException ? error.name : '') {
    case 'NotAllowedError':
    case 'SecurityError':
      return source !== 'camera' ? 'deniedScreen' : 'denied';
    case 'NotFoundError':
      return 'missing';
    case 'NotReadableError':
    case 'AbortError':
      return 'busy';
    case 'OverconstrainedError':
      return 'unsuitable';
    case 'NotSupportedError':
      return 'unsupported';
    default:
      return 'unknown';
  }
}

async function openCamera(preferences: PublisherPreferences): Promise<Capture> {
  const wanted = { video: cameraConstraints(preferences), audio: microphoneConstraints(preferences) };
  const stream = await withFallback(wanted);
  return {
    video: stream.getVideoTracks()[0],
    source: stream.getVideoTracks()[0],
    audio: stream.getAudioTracks()[0],
    stop: () => stopTracks(stream.getTracks()),
  };
}

/** A remembered device may be gone: then the default one takes its place. */
async function withFallback(wanted: MediaStreamConstraints): Promise<MediaStream> {
  try {
    return await navigator.mediaDevices.getUserMedia(wanted);
  } catch (error) {
    const isGone = error instanceof DOMException && ['OverconstrainedError', 'NotFoundError'].includes(error.name);
    if (!isGone || !namesDevice(wanted)) throw error;
    return navigator.mediaDevices.getUserMedia({ video: anyDevice(wanted.video), audio: anyDevice(wanted.audio) });
  }
}

function namesDevice(wanted: MediaStreamConstraints): boolean {
  return [wanted.video, wanted.audio].some((part) => typeof part === 'object' && part.deviceId !== undefined);
}

function anyDevice(part: boolean | MediaTrackConstraints | undefined): boolean | MediaTrackConstraints {
  if (typeof part !== 'object') return part ?? false;
  const rest = { ...part };
  delete rest.deviceId;
  return rest;
}

async function openScreen(preferences: PublisherPreferences): Promise<Capture> {
  if (!canShareScreen()) throw new DOMException('getDisplayMedia', 'NotSupportedError');
  const screen = await navigator.mediaDevices.getDisplayMedia({
    video: pictureConstraints(preferences),
    audio: preferences.screenSound
      ? { echoCancellation: false, noiseSuppression: false, autoGainControl: false }
      : false,
  });
  const others: MediaStreamTrack[] = [];
  try {
    return await withScreen(screen, preferences, others);
  } catch (error) {
    stopTracks([...screen.getTracks(), ...others]);
    throw error;
  }
}

/** What is published with a shared screen. `others` gets what is opened besides, whether or not it all works out. */
async function withScreen(
  screen: MediaStream,
  preferences: PublisherPreferences,
  others: MediaStreamTrack[],
): Promise<Capture> {
  const microphone = await openMicrophone(preferences);
  others.push(...microphone);
  const [source] = screen.getVideoTracks();
  const picture = source && preferences.source === 'both' ? await withCamera(source, preferences, others) : undefined;
  const video = picture?.track ?? source;
  if (video !== undefined) video.contentHint = preferences.screenContent;
  const sounds = [...screen.getAudioTracks(), ...microphone];
  const mix = sounds.length > 1 ? mixAudio(sounds) : undefined;
  return {
    video,
    source,
    ...(picture === undefined ? {} : { arrange: picture.arrange }),
    audio: mix?.track ?? sounds[0],
    stop: () => {
      picture?.stop();
      stopTracks([...screen.getTracks(), ...others]);
      mix?.stop();
    },
  };
}

async function withCamera(
  screen: MediaStreamTrack,
  preferences: PublisherPreferences,
  others: MediaStreamTrack[],
): Promise<ComposedPicture> {
  const stream = await withFallback({ video: cameraConstraints({ ...preferences, height: CORNER_CAMERA_HEIGHT }) });
  others.push(...stream.getTracks());
  const [camera] = stream.getVideoTracks();
  if (camera === undefined) throw new DOMException('camera', 'NotFoundError');
  const { frameRate } = preferences;
  return composePictures(screen, camera, { layout: layoutOf(preferences), frameRate });
}

/** How the preferences want a composed picture. */
export function layoutOf({ corner, cameraSize, height }: PublisherPreferences): CompositionLayout {
  return { corner, size: cameraSize, height };
}

async function openMicrophone(preferences: PublisherPreferences): Promise<MediaStreamTrack[]> {
  const audio = microphoneConstraints(preferences);
  if (audio === false) return [];
  try {
    return (await withFallback({ audio })).getAudioTracks();
  } catch (error) {
    // A screen can be shown without a microphone; a refusal is a choice too.
    if (error instanceof DOMException && ['NotFoundError', 'NotAllowedError'].includes(error.name)) return [];
    throw error;
  }
}

/** Constraints on size and rate, for a camera as for a screen. Width is left to the source's shape. */
export function pictureConstraints({ height, frameRate }: PublisherPreferences): MediaTrackConstraints {
  const rate = { ideal: frameRate, max: Math.max(frameRate, 30) };
  return height === 0 ? { frameRate: rate } : { frameRate: rate, height: { ideal: height } };
}

function cameraConstraints(preferences: PublisherPreferences): MediaTrackConstraints {
  const { height, camera } = preferences;
  return {
    ...pictureConstraints(preferences),
    ...(height === 0 ? { height: { ideal: 2160 } } : { width: { ideal: Math.round((height * 16) / 9) } }),
    ...(camera === '' ? {} : { deviceId: { exact: camera } }),
  };
}

function microphoneConstraints(preferences: PublisherPreferences): MediaTrackConstraints | false {
  if (preferences.microphone === NO_MICROPHONE) return false;
  return {
    echoCancellation: preferences.echoCancellation,
    noiseSuppression: preferences.noiseSuppression,
    autoGainControl: preferences.automaticGain,
    ...(preferences.microphone === '' ? {} : { deviceId: { exact: preferences.microphone } }),
  };
}

function stopTracks(tracks: MediaStreamTrack[]): void {
  for (const track of tracks) track.stop();
}
