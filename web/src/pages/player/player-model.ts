/** The player page's session: what its fields hold and what play and stop do. */
import { computed, signal } from '@preact/signals';
import type { Failure } from '../../api/problem.ts';
import { playEndpoint } from '../../api/whep.ts';
import { receiveDependencyDescriptors } from '../../media/dependency-descriptor.ts';
import { loadAccess, roomProblem, storeAccess, type RoomProblem } from '../../settings/access.ts';
import { LiveSession } from '../../webrtc/live-session.ts';
import type { LinkState } from '../../webrtc/reconnect.ts';
import type { Figures } from '../../webrtc/statistics.ts';
import { exposeConnection } from '../session-page.ts';
import { keepScreenOn } from '../wake-lock.ts';
import { BroadcastModel } from './broadcast-model.ts';
import { playerState, watchMedia, type MediaWatch, type PlayerState } from './player-state.ts';

export class PlayerModel {
  readonly room = signal('');
  readonly token = signal('');
  readonly roomProblem = signal<RoomProblem | undefined>(undefined);
  /** What the video element shows. */
  readonly stream = signal<MediaStream | undefined>(undefined);
  readonly broadcast = new BroadcastModel();
  /** A picture has been seen since play was pressed. */
  readonly hasPlayed = signal(false);
  readonly #session = signal<LiveSession | undefined>(undefined);
  readonly #media = signal<MediaWatch | undefined>(undefined);

  readonly #link = computed<LinkState | undefined>(() => this.#session.value?.state.value);
  readonly figures = computed<Figures | undefined>(() => this.#session.value?.figures.value);
  readonly state = computed<PlayerState>(() =>
    playerState(this.#link.value, this.#media.value?.flow ?? 'unknown', this.broadcast.presence.value),
  );
  /** Why it stopped, or what it is waiting out. */
  readonly failure = computed<Failure | undefined>(() => {
    const link = this.#link.value;
    return link?.phase === 'failed' || link?.phase === 'waiting' ? link.failure : undefined;
  });
  readonly isActive = computed(() => this.state.value !== 'idle' && this.state.value !== 'error');

  constructor() {
    keepScreenOn(() => this.state.value === 'playing');
  }

  /** Takes room and token from the URL or the last visit; true where the page should start by itself. */
  load(): boolean {
    const access = loadAccess();
    this.room.value = access.room;
    this.token.value = access.token;
    return access.autostart;
  }

  start(): void {
    const room = this.room.value.trim();
    this.roomProblem.value = undefined;
    this.roomProblem.value = roomProblem(room);
    if (this.roomProblem.value !== undefined) return;
    this.stop();
    const token = this.token.value.trim();
    storeAccess(room, token);
    const session: LiveSession = new LiveSession({
      side: 'receive',
      endpoint: playEndpoint(room),
      token,
      prepare: (connection) => this.#prepare(connection),
      onOpened: (resource, ended) => this.broadcast.follow(resource, token, ended, () => session.check()),
      onSnapshot: ({ counters }) => {
        this.#media.value = watchMedia(this.#media.value, counters.mediaBytes, counters.at);
        if (this.#media.value.flow === 'flows') this.hasPlayed.value = true;
      },
    });
    this.#session.value = session;
    session.start();
  }

  stop(): void {
    this.#session.value?.stop();
    this.#session.value = undefined;
    this.stream.value = undefined;
    this.#media.value = undefined;
    this.hasPlayed.value = false;
    this.broadcast.reset();
  }

  /** The video element has told of a picture before the statistics were looked at. */
  noteFrame(): void {
    const before = this.#media.value;
    if (this.#link.value?.phase !== 'connected' || before?.flow === 'flows') return;
    this.#media.value = { flow: 'flows', bytes: before?.bytes ?? 0, at: performance.now() };
  }

  #prepare(connection: RTCPeerConnection): void {
    exposeConnection(connection);
    this.#media.value = undefined;
    const stream = new MediaStream();
    connection.addTransceiver('audio', { direction: 'recvonly' });
    receiveDependencyDescriptors(connection.addTransceiver('video', { direction: 'recvonly' }));
    connection.addEventListener('track', ({ track }) => stream.addTrack(track));
    // The last picture of the old connection stays until the new one stands.
    connection.addEventListener('connectionstatechange', () => {
      if (connection.connectionState === 'connected') this.stream.value = stream;
    });
  }
}

/** The model of this page. */
export const player = new PlayerModel();
