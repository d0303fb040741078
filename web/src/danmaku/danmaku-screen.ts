/** Draws flying messages: elements that the browser's compositor moves, so that a busy page does not halt them. */
import type { Danmaku, DanmakuSize } from '../../../src/chat/protocol.ts';
import { type DanmakuSettings, SHARE_OF_HEIGHT } from './danmaku-settings.ts';
import { nextLimit } from './density.ts';
import { FrameLook } from './frame-look.ts';
import { type Booking, type Flight, Lanes } from './lanes.ts';

/** Milliseconds at the usual speed: over the picture, and standing. */
const ROLLING_TIME = 8_000;
const STANDING_TIME = 4_500;
/** Of the height of a lane; a message larger than medium takes two. */
const FONT_SIZES: Readonly<Record<DanmakuSize, number>> = { small: 0.56, medium: 0.74, large: 1.18 };
/** Pixels. */
const LOWEST_LANE = 20;
const HIGHEST_LANE = 46;
/** Lanes in a picture of any usual size. */
const LANES_IN_HEIGHT = 15;
/** Of the picture's height at its foot, where the controls are. */
const FOOT = 0.12;
/** More than these are not kept for the next frame. */
const MOST_WAITING = 200;
/** Milliseconds: elements come and go together so often at most, as each time costs the page a layout and a painting. */
const CHANGE_INTERVAL = 100;

interface Waiting {
  text: string;
  danmaku: Danmaku;
  isOwn: boolean;
}

export class DanmakuScreen {
  readonly #layer: HTMLElement;
  /** The window that the layer is in: it may float in one of its own. */
  readonly #view: Window & typeof globalThis;
  readonly #observer: ResizeObserver;
  #settings: DanmakuSettings;
  #lanes = new Lanes(0, 0);
  #laneHeight = LOWEST_LANE;
  #width = 0;
  #waiting: Waiting[] = [];
  /** Elements out of sight, which go with the next change. */
  #landed: HTMLElement[] = [];
  #flying = 0;
  #limit: number;
  #frame: number | undefined;
  #timer: number | undefined;
  /** When elements came or went last: monotonic milliseconds. */
  #changedAt = Number.NEGATIVE_INFINITY;
  readonly #look: FrameLook;

  /** Draws into an element that covers the picture, and stays in the window that it is in. */
  constructor(layer: HTMLElement, settings: DanmakuSettings) {
    this.#layer = layer;
    this.#view = layer.ownerDocument.defaultView ?? window;
    this.#settings = settings;
    this.#limit = settings.density;
    this.#look = new FrameLook(this.#view, (framesPerSecond) => {
      this.#limit = nextLimit(this.#limit, framesPerSecond, this.#settings.density);
      return this.#flying > 0;
    });
    this.#observer = new this.#view.ResizeObserver(() => this.#divide());
    this.#observer.observe(layer);
    this.#divide();
  }

  /** What flies already goes on as it began, unless the lanes change. */
  apply(settings: DanmakuSettings): void {
    const before = this.#settings;
    this.#settings = settings;
    this.#limit = settings.density;
    if (!settings.isOn) this.clear();
    else if (before.share !== settings.share) this.#divide();
  }

  /** Lets a message fly, unless there are too many already. One's own goes before all. */
  fly(text: string, danmaku: Danmaku, isOwn: boolean): void {
    // A page out of sight gets no frames: what is said meanwhile is in the list.
    if (!this.#settings.isOn || this.#layer.ownerDocument.hidden || this.#waiting.length >= MOST_WAITING) return;
    this.#waiting.push({ text, danmaku, isOwn });
    this.#changeSoon();
  }

  clear(): void {
    this.#waiting = [];
    this.#landed = [];
    this.#flying = 0;
    this.#layer.replaceChildren();
    this.#divideLanes();
  }

  stop(): void {
    this.#observer.disconnect();
    this.#look.stop();
    this.#view.clearTimeout(this.#timer);
    if (this.#frame !== undefined) this.#view.cancelAnimationFrame(this.#frame);
    this.#layer.replaceChildren();
  }

  /** Draws with the next frame, or a little later where there was a change just now. */
  #changeSoon(): void {
    if (this.#timer !== undefined || this.#frame !== undefined) return;
    const wait = this.#changedAt + CHANGE_INTERVAL - performance.now();
    this.#timer = this.#view.setTimeout(
      () => {
        this.#timer = undefined;
        this.#frame = this.#view.requestAnimationFrame((now) => this.#draw(now));
      },
      Math.max(0, wait),
    );
  }

  #divide(): void {
    const { clientWidth } = this.#layer;
    // Over a picture of another size, what flies would be in each other's lanes.
    if (this.#flying > 0) this.clear();
    this.#width = clientWidth;
    this.#divideLanes();
  }

  #divideLanes(): void {
    const { clientHeight } = this.#layer;
    const height = clientHeight * (1 - FOOT);
    this.#laneHeight = Math.min(HIGHEST_LANE, Math.max(LOWEST_LANE, clientHeight / LANES_IN_HEIGHT));
    const count = Math.max(1, Math.floor(height / this.#laneHeight));
    const share = SHARE_OF_HEIGHT[this.#settings.share];
    this.#lanes = new Lanes(this.#width, count, Math.max(2, Math.round(count * share)));
  }

  #draw(now: number): void {
    this.#frame = undefined;
    this.#changedAt = performance.now();
    for (const element of this.#landed.splice(0)) element.remove();
    const waiting = this.#waiting;
    this.#waiting = [];
    const added = waiting
      .filter(({ isOwn }, index) => isOwn || this.#flying + index < this.#limit)
      .map((one) => ({ ...one, element: this.#element(one) }));
    this.#layer.append(...added.map(({ element }) => element));
    // All are measured before any is moved: one layout for the lot.
    const measured = added.map((one) => ({ ...one, width: one.element.offsetWidth }));
    for (const { element, danmaku, width } of measured) this.#launch(element, danmaku, width, now);
    if (this.#flying > 0) this.#look.start();
  }

  #element({ text, danmaku, isOwn }: Waiting): HTMLElement {
    const element = document.createElement('span');
    element.className = isOwn ? 'flying own' : 'flying';
    element.textContent = text.replace(/\s+/gu, ' ');
    element.style.color = danmaku.color;
    element.style.fontSize = `${Math.round(this.#laneHeight * FONT_SIZES[danmaku.size])}px`;
    element.style.lineHeight = `${this.#laneHeight * lanesOf(danmaku.size)}px`;
    return element;
  }

  #launch(element: HTMLElement, { size, place }: Danmaku, width: number, now: number): void {
    const time = place === 'rolling' ? ROLLING_TIME : STANDING_TIME;
    const flight: Flight = { width, lanes: lanesOf(size), place, duration: time / this.#settings.speed };
    const booking = this.#lanes.book(flight, now);
    if (booking === undefined) {
      element.remove();
      return;
    }
    this.#flying += 1;
    element.style.top = `${booking.lane * this.#laneHeight}px`;
    const animation = element.animate(this.#keyframes(place, width), timing(booking, now));
    // By the clock of the lanes, however long the page takes until it draws.
    animation.startTime = now;
    animation.onfinish = () => {
      // Cleared ones are gone already.
      if (!element.isConnected) return;
      this.#flying -= 1;
      this.#landed.push(element);
      this.#changeSoon();
    };
  }

  #keyframes(place: Danmaku['place'], width: number): Keyframe[] {
    if (place === 'rolling') {
      return [{ transform: `translateX(${this.#width}px)` }, { transform: `translateX(${-width}px)` }];
    }
    const transform = `translateX(${Math.round((this.#width - width) / 2)}px)`;
    return [{ transform }, { transform }];
  }
}

function lanesOf(size: DanmakuSize): number {
  return size === 'large' ? 2 : 1;
}

/** Before it begins it is out of sight. */
function timing({ start, end }: Booking, now: number): KeyframeAnimationOptions {
  return { delay: start - now, duration: end - start, easing: 'linear', fill: 'none' };
}
