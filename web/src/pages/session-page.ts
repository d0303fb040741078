/** What both pages do with the browser around a session. */
import { effect, type ReadonlySignal } from '@preact/signals';

declare global {
  interface Window {
    /**
     * For tests and for looking into a page from the console: the RTCPeerConnection of the moment, and how many the
     * page has opened so far.
     */
    liveWebrtc?: { connection: RTCPeerConnection; sessions: number };
  }
}

/** Publishes a connection as window.liveWebrtc. */
export function exposeConnection(connection: RTCPeerConnection): void {
  window.liveWebrtc = { connection, sessions: (window.liveWebrtc?.sessions ?? 0) + 1 };
}

/** Has the browser ask before the page is left for as long as something runs that would end with it. */
export function askBeforeLeaving(isRunning: ReadonlySignal<boolean>): void {
  effect(() => {
    if (!isRunning.value) return undefined;
    const ask = (event: BeforeUnloadEvent): void => event.preventDefault();
    // Not for good: a page that listens is kept out of some browsers' back-forward cache.
    window.addEventListener('beforeunload', ask);
    return () => window.removeEventListener('beforeunload', ask);
  });
}

/** Ends the session when the page goes away; a page that comes back from the back-forward cache starts it again. */
export function followPageLife(page: { isActive: () => boolean; start: () => void; stop: () => void }): void {
  let resume = false;
  window.addEventListener('pagehide', () => {
    resume = page.isActive();
    if (resume) page.stop();
  });
  window.addEventListener('pageshow', (event) => {
    if (event.persisted && resume) page.start();
  });
}

/** Whether this browser can do WebRTC at all. */
export function hasWebRtc(): boolean {
  return typeof RTCPeerConnection !== 'undefined';
}
