/** How somebody wants messages to fly, and how their own do; remembered in this browser. Pure but for the storage. */
import {
  DANMAKU_PLACES,
  DANMAKU_SIZES,
  type Danmaku,
  type DanmakuPlace,
  type DanmakuSize,
} from '../../../src/chat/protocol.ts';
import { readStored, writeStored } from '../settings/storage.ts';

export const SHARES = ['quarter', 'half', 'all'] as const;
export type Share = (typeof SHARES)[number];

/** The part of the picture's height that messages fly over. */
export const SHARE_OF_HEIGHT: Readonly<Record<Share, number>> = { quarter: 0.25, half: 0.5, all: 1 };

/** Colours to choose from, all of which can be read with a dark edge on any picture. */
export const COLORS = ['#ffffff', '#ffd84d', '#ff9d5c', '#ff7d9c', '#7ee08a', '#6fc7ff', '#c9a2ff'] as const;
export type Color = (typeof COLORS)[number];

export interface DanmakuSettings {
  isOn: boolean;
  /** Whether messages fly as well that were not sent to. */
  showsAll: boolean;
  /** 0.2 to 1. */
  opacity: number;
  /** 0.5 to 2, of the usual. */
  speed: number;
  share: Share;
  /** At once, at most: 20 to 200. */
  density: number;
  /** Whether own messages are sent to fly, and how. */
  sendsFlying: boolean;
  color: Color;
  size: DanmakuSize;
  place: DanmakuPlace;
}

export const DEFAULT_DANMAKU: DanmakuSettings = {
  isOn: true,
  showsAll: false,
  opacity: 0.9,
  speed: 1,
  share: 'half',
  density: 100,
  sendsFlying: true,
  color: '#ffffff',
  size: 'medium',
  place: 'rolling',
};

const STORAGE_KEY = 'danmaku';

/** Settings from stored JSON; what is not understood is as `usual`. */
export function parseDanmaku(stored: string | null, usual: DanmakuSettings = DEFAULT_DANMAKU): DanmakuSettings {
  const value = parseRecord(stored);
  const flag = (name: 'isOn' | 'showsAll' | 'sendsFlying'): boolean =>
    typeof value[name] === 'boolean' ? value[name] : usual[name];
  const number = (name: 'opacity' | 'speed' | 'density', least: number, most: number): number => {
    const given = value[name];
    return typeof given === 'number' && given >= least && given <= most ? given : usual[name];
  };
  const one = <T extends string>(name: string, choices: readonly T[], otherwise: T): T =>
    choices.find((choice) => choice === value[name]) ?? otherwise;
  return {
    isOn: flag('isOn'),
    showsAll: flag('showsAll'),
    opacity: number('opacity', 0.2, 1),
    speed: number('speed', 0.5, 2),
    share: one('share', SHARES, usual.share),
    density: number('density', 20, 200),
    sendsFlying: flag('sendsFlying'),
    color: one('color', COLORS, usual.color),
    size: one('size', DANMAKU_SIZES, usual.size),
    place: one('place', DANMAKU_PLACES, usual.place),
  };
}

/** The settings of the last visit; who wants no motion sees none before they have switched it on. */
export function loadDanmaku(): DanmakuSettings {
  const isOn = !window.matchMedia('(prefers-reduced-motion: reduce)').matches;
  return parseDanmaku(readStored('localStorage', STORAGE_KEY), { ...DEFAULT_DANMAKU, isOn });
}

/** Remembers the settings. */
export function storeDanmaku(settings: DanmakuSettings): void {
  writeStored('localStorage', STORAGE_KEY, JSON.stringify(settings));
}

/** How an own message is sent; undefined where it is not to fly. */
export function ownDanmaku({ sendsFlying, color, size, place }: DanmakuSettings): Danmaku | undefined {
  return sendsFlying ? { color, size, place } : undefined;
}

function parseRecord(stored: string | null): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(stored ?? '{}');
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
