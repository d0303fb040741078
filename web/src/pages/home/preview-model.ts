/** The moving preview of a room: a muted viewer of its smallest picture, of one room at a time. */
import { signal } from '@preact/signals';
import { selectLayer, type LayerRequest } from '../../api/layers.ts';
import { playEndpoint } from '../../api/whep.ts';
import { receiveDependencyDescriptors } from '../../media/dependency-descriptor.ts';
import { PeerSession } from '../../webrtc/peer-session.ts';
import { exposeConnection } from '../session-page.ts';

/** Milliseconds that somebody looks at a room before its preview starts: not every one that the pointer crosses. */
const DELAY = 300;
/** Milliseconds after which a preview stops: nobody watches for longer in a small picture. */
const LONGEST = 60_000;

interface PreviewOf {
  room: string;
  layer: LayerRequest | undefined;
  token: string;
}

export class PreviewModel {
  /** The room whose preview is wanted; undefined for none. */
  readonly room = signal<string | undefined>(undefined);
  /** What the preview shows, once it comes. */
  readonly stream = signal<MediaStream | undefined>(undefined);
  #timer: number | undefined;
  #session: PeerSession | undefined;

  constructor() {
    window.addEventListener('pagehide', () => this.hide());
    document.addEventListener('visibilitychange', () => {
      if (document.visibilityState === 'hidden') this.hide();
    });
  }

  /** Shows a room's preview in place of another's. */
  show(wanted: PreviewOf): void {
    if (this.room.peek() === wanted.room || typeof RTCPeerConnection === 'undefined') return;
    this.hide();
    this.room.value = wanted.room;
    this.#timer = window.setTimeout(() => this.#open(wanted), DELAY);
  }

  /** Ends the preview, of any room or only if it is that one's. */
  hide(room?: string): void {
    if (room !== undefined && this.room.peek() !== room) return;
    window.clearTimeout(this.#timer);
    this.#session?.close();
    this.#session = undefined;
    this.stream.value = undefined;
    this.room.value = undefined;
  }

  #open({ room, layer, token }: PreviewOf): void {
    const stream = new MediaStream();
    const session: PeerSession = new PeerSession({
      endpoint: playEndpoint(room),
      token,
      prepare: (connection) => {
        exposeConnection(connection);
        receiveDependencyDescriptors(connection.addTransceiver('video', { direction: 'recvonly' }));
        connection.addEventListener('track', ({ track }) => stream.addTrack(track));
      },
      onOpened: ({ layerUrl }, ended) => {
        if (layer === undefined || layerUrl === undefined) return;
        // Without it the preview is larger than it need be, and no worse.
        selectLayer(layerUrl, layer, token, ended).catch(() => undefined);
      },
      onConnected: () => {
        if (this.#session === session) this.stream.value = stream;
      },
      onClosed: () => this.#end(session),
    });
    this.#session = session;
    this.#timer = window.setTimeout(() => this.#end(session), LONGEST);
    session.open().catch(() => this.#end(session));
  }

  #end(session: PeerSession): void {
    if (this.#session === session) this.hide();
  }
}
