/** Storage that a browser may refuse (private windows, blocked cookies): then nothing is remembered. */

/** Which of the browser's stores; named, because touching a blocked one throws. */
export type StoreName = 'localStorage' | 'sessionStorage';

const PREFIX = 'live-webrtc.';

/** The text under a key, or null. */
export function readStored(store: StoreName, key: string): string | null {
  try {
    return window[store].getItem(PREFIX + key);
  } catch {
    return null;
  }
}

/** Remembers a text under a key. */
export function writeStored(store: StoreName, key: string, value: string): void {
  try {
    window[store].setItem(PREFIX + key, value);
  } catch {
    // Nothing can be remembered here.
  }
}
