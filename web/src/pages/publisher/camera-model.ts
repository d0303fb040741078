/** The broadcaster's devices: opened for the preview, kept through the broadcast, changed while it runs. */
import { signal } from '@preact/signals';
import {
  captureProblem,
  layoutOf,
  mediaDevices,
  openCapture,
  pictureConstraints,
  type Capture,
  type CaptureProblem,
} from '../../media/capture.ts';
import { refreshDevices } from '../../media/devices.ts';
import { sharesScreen, type PublisherPreferences } from '../../settings/preferences.ts';

export class CameraModel {
  readonly capture = signal<Capture | undefined>(undefined);
  readonly problem = signal<CaptureProblem | undefined>(undefined);
  /** The browser is asking for permission or opening a device. */
  readonly opening = signal(false);
  readonly microphoneOn = signal(true);
  readonly pictureOn = signal(true);
  /** Called when a track ended by itself: a device unplugged, "stop sharing" pressed. */
  onEnded: (source: PublisherPreferences['source']) => void = () => undefined;
  #generation = 0;

  /** Opens what the preferences name in place of what is open; undefined where that failed, `problem` tells why. */
  async open(preferences: PublisherPreferences): Promise<Capture | undefined> {
    const generation = ++this.#generation;
    // Phones open one camera at a time, so the old one is let go first. A screen stays until another one was chosen.
    if (preferences.source === 'camera') this.#release();
    this.problem.value = undefined;
    this.opening.value = true;
    try {
      if (mediaDevices() === undefined) throw new DOMException('mediaDevices', 'SecurityError');
      const capture = await openCapture(preferences);
      if (generation !== this.#generation) {
        capture.stop();
        return undefined;
      }
      this.#take(capture, preferences.source);
      return capture;
    } catch (error) {
      if (generation === this.#generation) this.problem.value = captureProblem(error, preferences.source);
      return undefined;
    } finally {
      if (generation === this.#generation) this.opening.value = false;
      void refreshDevices();
    }
  }

  /** Asks the running video source for another size or rate. */
  async adjustPicture(preferences: PublisherPreferences): Promise<void> {
    const video = this.capture.value?.video;
    if (video === undefined) return;
    if (sharesScreen(preferences)) video.contentHint = preferences.screenContent;
    const { arrange } = this.capture.value ?? {};
    if (arrange !== undefined) {
      arrange(layoutOf(preferences));
      return;
    }
    await video.applyConstraints(pictureConstraints(preferences)).catch(() => undefined);
  }

  /** Lets go of all devices. */
  close(): void {
    this.#generation += 1;
    this.opening.value = false;
    this.#release();
  }

  setMicrophone(on: boolean): void {
    this.microphoneOn.value = on;
    this.#applySwitches();
  }

  setPicture(on: boolean): void {
    this.pictureOn.value = on;
    this.#applySwitches();
  }

  #take(capture: Capture, source: PublisherPreferences['source']): void {
    this.#release();
    this.capture.value = capture;
    this.#applySwitches();
    const onEnded = (): void => {
      if (this.capture.value !== capture) return;
      this.#release();
      if (source === 'camera') this.problem.value = 'lost';
      this.onEnded(source);
    };
    capture.source?.addEventListener('ended', onEnded);
    // Without the microphone a shared screen goes on.
    if (source === 'camera') capture.audio?.addEventListener('ended', onEnded);
  }

  #applySwitches(): void {
    const capture = this.capture.value;
    if (capture?.audio !== undefined) capture.audio.enabled = this.microphoneOn.value;
    if (capture?.video !== undefined) capture.video.enabled = this.pictureOn.value;
  }

  #release(): void {
    this.capture.value?.stop();
    this.capture.value = undefined;
  }
}
