/** Camera, microphone and screen as the preferences want them. */
import { NO_MICROPHONE, type PublisherPreferences } from '../settings/preferences.ts';
import { mixAudio } from './mix-audio.ts';

/** Why nothing could be captured; each has a text in the dictionaries. */
export type CaptureProblem =
  'denied' | 'deniedScreen' | 'missing' | 'busy' | 'unsuitable' | 'unsupported' | 'unknown' | 'lost';

export interface Capture {
  video: MediaStreamTrack | undefined;
  audio: MediaStreamTrack | undefined;
  /** Stops every device that the capture holds. */
  stop: () => void;
}

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
  return preferences.source === 'screen' ? openScreen(preferences) : openCamera(preferences);
}

/** The name of what went wrong when a capture was opened. */
export function captureProblem(error: unknown, source: PublisherPreferences['source']): CaptureProblem {
  switch (error instanceof DOMException ? error.name : '') {
    case 'NotAllowedError':
    case 'SecurityError':
      return source === 'screen' ? 'deniedScreen' : 'denied';
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
  const microphone = await openMicrophone(preferences).catch((error: unknown) => {
    stopTracks(screen.getTracks());
    throw error;
  });
  const [video] = screen.getVideoTracks();
  if (video !== undefined) video.contentHint = preferences.screenContent;
  const sounds = [...screen.getAudioTracks(), ...microphone];
  const mix = sounds.length > 1 ? mixAudio(sounds) : undefined;
  return {
    video,
    audio: mix?.track ?? sounds[0],
    stop: () => {
      stopTracks([...screen.getTracks(), ...microphone]);
      mix?.stop();
    },
  };
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
