/** Compares over a while what a publisher sends with what a player shows. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { TestPage } from './browser.ts';
import { eventually } from './eventually.ts';
import type { PublishingOptions } from './page-client.ts';

/** Small enough for a machine of two cores that encodes, forwards and decodes it all in software. */
export const SMALL_VIDEO: PublishingOptions = {
  codec: 'VP8',
  width: 640,
  height: 360,
  framesPerSecond: 20,
  maxBitrate: 600_000,
};

/** Mean difference of two pictures, in levels of 256, above which something in them moved. */
const MOTION = 0.2;

/** Counts within the time watched. */
export interface Watched {
  framesSent: number;
  framesDecoded: number;
  /** Encoding name that the player received. */
  codec: string;
  /** Since the player's connection was made. */
  freezeCount: number;
  /** Audio and video, since the player's connection was made. */
  packetsLost: number;
  audioEnergy: number;
  /** Pictures that differ from the one before, as a share of all that were taken at PICTURE_INTERVAL. */
  movingShare: number;
}

/** Milliseconds between two pictures that are compared; the fake camera's picture nearly repeats every second. */
const PICTURE_INTERVAL = 700;

/** The movingShare of a video that plays: a busy machine takes some pictures late, where the camera's repeats. */
export const MOVING = 0.5;

/** Watches both for a number of seconds. */
export async function watch(publisher: TestPage, player: TestPage, seconds: number): Promise<Watched> {
  // The first sound may come after the first picture.
  const [sentBefore, videoBefore, audioBefore] = await eventually(() => snapshot(publisher, player));
  const pictures = [await player.call('picture')];
  const count = Math.round((seconds * 1000) / PICTURE_INTERVAL);
  for (let picture = 0; picture < count; picture++) {
    await sleep(PICTURE_INTERVAL);
    pictures.push(await player.call('picture'));
  }
  const [sent, video, audio] = await snapshot(publisher, player);
  const moving = pictures.filter((picture, index) => index > 0 && difference(picture, pictures[index - 1]) > MOTION);
  return {
    framesSent: sent.framesSent - sentBefore.framesSent,
    framesDecoded: video.framesDecoded - videoBefore.framesDecoded,
    codec: video.codec,
    freezeCount: video.freezeCount,
    packetsLost: video.packetsLost + audio.packetsLost,
    audioEnergy: audio.totalAudioEnergy - audioBefore.totalAudioEnergy,
    movingShare: moving.length / (pictures.length - 1),
  };
}

function snapshot(publisher: TestPage, player: TestPage) {
  return Promise.all([publisher.outbound('video'), player.inbound('video'), player.inbound('audio')]);
}

function difference(picture: number[], before: number[] | undefined): number {
  if (before?.length !== picture.length || picture.length === 0) return 0;
  return picture.reduce((sum, level, index) => sum + Math.abs(level - (before[index] ?? 0)), 0) / picture.length;
}
