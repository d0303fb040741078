/** Sound and the browser's autoplay rules. */
import { signal } from '@preact/signals';
import { readStored, writeStored } from '../../settings/storage.ts';

export class SoundModel {
  readonly muted = signal(false);
  /** 0 to 1. */
  readonly volume = signal(1);
  /** The browser refused sound without a tap, so the video plays muted. */
  readonly soundRefused = signal(false);
  /** The browser refused to play at all without a tap. */
  readonly playRefused = signal(false);
  #video: HTMLVideoElement | undefined;

  /** Takes the video element over, with the volume of the last visit. */
  attach(video: HTMLVideoElement): void {
    this.#video = video;
    const stored = Number(readStored('localStorage', 'volume') ?? 1);
    this.volume.value = stored >= 0 && stored <= 1 ? stored : 1;
    this.#apply();
  }

  /** Plays what the element holds: with sound, else muted, else after a tap. */
  async play(): Promise<void> {
    const video = this.#video;
    if (video === undefined) return;
    this.#apply();
    try {
      await video.play();
      this.playRefused.value = false;
      return;
    } catch (error) {
      if (!isRefusal(error)) return;
    }
    try {
      video.muted = true;
      this.soundRefused.value = !this.muted.value;
      await video.play();
      this.playRefused.value = false;
    } catch (error) {
      this.playRefused.value = isRefusal(error);
    }
  }

  /** The user wants to hear it: call this from a tap. */
  async allowSound(): Promise<void> {
    this.muted.value = false;
    this.soundRefused.value = false;
    if (this.volume.value === 0) this.volume.value = 1;
    await this.play();
  }

  toggleMuted(): void {
    if (this.muted.value || this.soundRefused.value || this.volume.value === 0) {
      void this.allowSound();
      return;
    }
    this.muted.value = true;
    this.#apply();
  }

  /** `volume` from 0 to 1; moving it also ends a mute. */
  setVolume(volume: number): void {
    this.volume.value = volume;
    this.muted.value = volume === 0;
    writeStored('localStorage', 'volume', String(volume));
    if (this.soundRefused.value && volume > 0) void this.allowSound();
    else this.#apply();
  }

  #apply(): void {
    if (this.#video === undefined) return;
    this.#video.muted = this.muted.value || this.soundRefused.value;
    this.#video.volume = this.volume.value;
  }
}

/** A refusal of the autoplay rules; other failures, such as a new stream in between, pass by themselves. */
function isRefusal(error: unknown): boolean {
  return error instanceof DOMException && error.name === 'NotAllowedError';
}

/** The sound of this page. */
export const sound = new SoundModel();
