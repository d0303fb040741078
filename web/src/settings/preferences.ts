/** How a broadcaster wants to be seen and heard; remembered in this browser. */
import { CAMERA_SIZES, CORNERS, type CameraSize, type Corner } from '../media/composition.ts';
import { readStored, writeStored } from './storage.ts';

export interface PublisherPreferences {
  /** 'both': the camera in a corner of the screen. */
  source: Source;
  /** Where the camera stands in the screen, and how large. */
  corner: Corner;
  cameraSize: CameraSize;
  /** Device id; empty for the default. */
  camera: string;
  /** Device id; empty for the default, {@link NO_MICROPHONE} for none. */
  microphone: string;
  /** Lines of the picture; 0 for as many as the source has. */
  height: number;
  /** Frames a second. */
  frameRate: number;
  /** Kilobits a second; 0 for automatic. */
  bitrate: number;
  /** Encoding name in capitals; empty for the browser's choice. */
  codec: string;
  /** Sends the picture in several sizes. */
  simulcast: boolean;
  screenContent: 'detail' | 'motion';
  screenSound: boolean;
  echoCancellation: boolean;
  noiseSuppression: boolean;
  automaticGain: boolean;
  /** Counts down before a broadcast goes live. */
  countdown: boolean;
}

export const SOURCES = ['camera', 'screen', 'both'] as const;
export type Source = (typeof SOURCES)[number];

export const NO_MICROPHONE = 'none';
export const HEIGHTS: readonly number[] = [1080, 720, 480, 360];
export const FRAME_RATES: readonly number[] = [60, 30, 24, 15];
/** Kilobits a second. */
export const BITRATES: readonly number[] = [8000, 6000, 4000, 2500, 1500, 800, 400];

export const DEFAULT_PREFERENCES: PublisherPreferences = {
  source: 'camera',
  corner: 'bottom-right',
  cameraSize: 'medium',
  camera: '',
  microphone: '',
  height: 720,
  frameRate: 30,
  bitrate: 0,
  codec: '',
  simulcast: false,
  screenContent: 'detail',
  screenSound: true,
  echoCancellation: true,
  noiseSuppression: true,
  automaticGain: true,
  countdown: true,
};

const STORAGE_KEY = 'publisher';
/** Kilobits a second for a picture of so many lines, at 30 frames a second. */
const AUTOMATIC_BITRATES: readonly (readonly [height: number, bitrate: number])[] = [
  [360, 800],
  [480, 1200],
  [720, 2500],
  [1080, 4500],
];
/** Kilobits a second for anything larger. */
const LARGEST_AUTOMATIC_BITRATE = 8000;

/** Preferences from stored JSON and the URL's query, which wins; what is not understood keeps its default. */
export function parsePreferences(stored: string | null, query: URLSearchParams): PublisherPreferences {
  const remembered = parseRecord(stored);
  const fromQuery = (name: string): unknown => query.get(name) ?? undefined;
  const take = (name: string): unknown => fromQuery(name) ?? remembered[name];
  const text = (name: string): string => (typeof remembered[name] === 'string' ? remembered[name] : '');
  const flag = (
    name: 'screenSound' | 'echoCancellation' | 'noiseSuppression' | 'automaticGain' | 'countdown',
  ): boolean => (typeof remembered[name] === 'boolean' ? remembered[name] : DEFAULT_PREFERENCES[name]);
  const codec = take('codec');
  const simulcast = take('simulcast');
  return {
    source: oneOf(SOURCES, take('source')),
    corner: oneOf(CORNERS, take('corner')),
    cameraSize: CAMERA_SIZES.find((size) => size === take('cameraSize')) ?? DEFAULT_PREFERENCES.cameraSize,
    camera: text('camera'),
    microphone: text('microphone'),
    height: wholeNumber(fromQuery('resolution') ?? remembered['height'], 4320) ?? DEFAULT_PREFERENCES.height,
    frameRate: wholeNumber(take('frameRate'), 120) || DEFAULT_PREFERENCES.frameRate,
    bitrate: wholeNumber(take('bitrate'), 100_000) ?? DEFAULT_PREFERENCES.bitrate,
    codec: typeof codec === 'string' && /^\w{1,16}$/.test(codec) ? codec.toUpperCase() : '',
    simulcast: simulcast === true || simulcast === '1',
    screenContent: take('screenContent') === 'motion' ? 'motion' : 'detail',
    screenSound: flag('screenSound'),
    echoCancellation: flag('echoCancellation'),
    noiseSuppression: flag('noiseSuppression'),
    automaticGain: flag('automaticGain'),
    countdown: fromQuery('countdown') === undefined ? flag('countdown') : fromQuery('countdown') === '1',
  };
}

/** The preferences of the last visit, overruled by the URL. */
export function loadPreferences(): PublisherPreferences {
  return parsePreferences(readStored('localStorage', STORAGE_KEY), new URLSearchParams(location.search));
}

/** Whether the user is asked for a screen. */
export function sharesScreen({ source }: Pick<PublisherPreferences, 'source'>): boolean {
  return source !== 'camera';
}

/** Remembers the preferences. */
export function storePreferences(preferences: PublisherPreferences): void {
  writeStored('localStorage', STORAGE_KEY, JSON.stringify(preferences));
}

/** Bits a second that the encoder may use at most for a picture of so many lines. */
export function maximumBitrate(preferences: PublisherPreferences, height: number): number {
  if (preferences.bitrate > 0) return preferences.bitrate * 1000;
  const entry = AUTOMATIC_BITRATES.find(([lines]) => height <= lines);
  return (entry?.[1] ?? LARGEST_AUTOMATIC_BITRATE) * (preferences.frameRate > 30 ? 1.5 : 1) * 1000;
}

/** The value where it is one of a list; the first of the list otherwise. */
function oneOf<T extends string>(list: readonly [T, ...T[]], value: unknown): T {
  return list.find((entry) => entry === value) ?? list[0];
}

function parseRecord(stored: string | null): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(stored ?? '{}');
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

/** A whole number from 0 to `highest`, also written as text; undefined for anything else. */
function wholeNumber(value: unknown, highest: number): number | undefined {
  const number = typeof value === 'string' && /^\d{1,9}$/.test(value) ? Number(value) : value;
  return typeof number === 'number' && Number.isInteger(number) && number >= 0 && number <= highest
    ? number
    : undefined;
}
