/** Looks from time to time how fast frames follow each other: to ask for each of them would keep the page busy itself. */

/** Milliseconds from the end of one look to the beginning of the next, and what each takes. */
const PAUSE = 1500;
const TIME = 500;

export class FrameLook {
  readonly #view: Window;
  readonly #onLook: (framesPerSecond: number) => boolean;
  #frame: number | undefined;
  #timer: number | undefined;

  /** `view`: the window whose frames are meant. `onLook` tells whether to go on. */
  constructor(view: Window, onLook: (framesPerSecond: number) => boolean) {
    this.#view = view;
    this.#onLook = onLook;
  }

  /** Looks soon, unless it does already. */
  start(): void {
    if (this.#timer !== undefined || this.#frame !== undefined) return;
    this.#timer = this.#view.setTimeout(() => {
      this.#timer = undefined;
      this.#next((now) => this.#count(now, now, 0));
    }, PAUSE);
  }

  stop(): void {
    this.#view.clearTimeout(this.#timer);
    if (this.#frame !== undefined) this.#view.cancelAnimationFrame(this.#frame);
    this.#timer = this.#frame = undefined;
  }

  #next(then: (now: number) => void): void {
    this.#frame = this.#view.requestAnimationFrame((now) => {
      this.#frame = undefined;
      then(now);
    });
  }

  #count(since: number, now: number, frames: number): void {
    const passed = now - since;
    if (passed < TIME) {
      this.#next((next) => this.#count(since, next, frames + 1));
      return;
    }
    // A page that was out of sight had no frames at all.
    const goesOn = passed > 4 * TIME || this.#onLook((frames * 1000) / passed);
    if (goesOn) this.start();
  }
}
