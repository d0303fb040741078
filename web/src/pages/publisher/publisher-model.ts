/** The publisher page's session: what its fields hold and what its controls do. */
import { computed, signal } from '@preact/signals';
import type { Failure } from '../../api/problem.ts';
import { isRoomLive, type Warning } from '../../api/rooms.ts';
import { publishEndpoint } from '../../api/whip.ts';
import type { Capture } from '../../media/capture.ts';
import { preferCodec } from '../../media/codecs.ts';
import { applyEncodings, totalBitrate, videoEncodings } from '../../media/encodings.ts';
import { loadAccess, roomProblem, storeAccess, type RoomProblem } from '../../settings/access.ts';
import {
  loadPreferences,
  sharesScreen,
  storePreferences,
  type PublisherPreferences,
} from '../../settings/preferences.ts';
import { LiveSession } from '../../webrtc/live-session.ts';
import { withStartBitrate } from '../../webrtc/start-bitrate.ts';
import type { LinkState } from '../../webrtc/reconnect.ts';
import type { Figures } from '../../webrtc/statistics.ts';
import { exposeConnection } from '../session-page.ts';
import { keepScreenOn } from '../wake-lock.ts';
import { CameraModel } from './camera-model.ts';
import { countDown } from './countdown.ts';
import { watchLimit, type LimitWatch, type QualityLimit } from './quality-limit.ts';
import { publisherState, type PublisherState } from './publisher-state.ts';
import { RightsModel } from './rights-model.ts';
import { watchRoom } from './watch-room.ts';

/** The first bandwidth estimate, as a share of the most that may be sent... */
const START_SHARE = 0.6;
/** ...and at most so many bits a second: what a slow upload gets over within a second. */
const LARGEST_START_BITRATE = 2_000_000;
/** Milliseconds between two looks at who holds the room: the server may take a moment to see an ended publisher off. */
const REPLACED_RECHECK = 2_000;
/** Milliseconds for the question about the room. */
const ROOM_REQUEST_TIME = 2_500;

export class PublisherModel {
  readonly camera = new CameraModel();
  readonly room = signal('');
  readonly token = signal('');
  readonly roomProblem = signal<RoomProblem | undefined>(undefined);
  readonly #rights = new RightsModel();
  /** What keeps this page from broadcasting in the room; undefined where nothing does. */
  readonly missingRight = this.#rights.missing;
  readonly preferences = signal<PublisherPreferences>(loadPreferences());
  /** Milliseconds since the epoch when this broadcast was started. */
  readonly startedAt = signal<number | undefined>(undefined);
  /** Why the picture has been worse than asked for, for a while already. */
  readonly limit = signal<QualityLimit | undefined>(undefined);
  #limitWatch: LimitWatch | undefined;
  /** What the server finds wrong with the broadcast although it arrives. */
  readonly warnings = signal<Warning[]>([]);
  /** Viewers in the room; undefined until the server has told. */
  readonly viewers = signal<number | undefined>(undefined);
  #roomWatch: AbortController | undefined;
  /** Frames that this session has sent. */
  readonly framesSent = signal<number | undefined>(undefined);
  /** Seconds until the broadcast goes live, while they are counted down. */
  readonly secondsLeft = signal<number | undefined>(undefined);
  #countdown: AbortController | undefined;
  readonly #starting = signal(false);
  readonly #session = signal<LiveSession | undefined>(undefined);

  readonly #link = computed<LinkState | undefined>(() => this.#session.value?.state.value);
  readonly figures = computed<Figures | undefined>(() => this.#session.value?.figures.value);
  readonly state = computed<PublisherState>(() => publisherState(this.#link.value, this.#starting.value));
  /** Why it stopped, or what it is waiting out. */
  readonly failure = computed<Failure | undefined>(() => {
    const link = this.#link.value;
    return link?.phase === 'failed' || link?.phase === 'waiting' ? link.failure : undefined;
  });
  readonly isActive = computed(() => this.state.value !== 'idle' && this.state.value !== 'error');

  constructor() {
    this.camera.onEnded = (source) => {
      // "Stop sharing" means stop. An unplugged camera or microphone gives way to another one.
      if (source !== 'camera') this.stop();
      else if (this.isActive.value) void this.reopenDevices();
    };
    keepScreenOn(() => this.isActive.value);
    this.#rights.follow(this.room, this.token);
  }

  /** Takes room and token from the URL or the last visit; true where the page should start by itself. */
  load(): boolean {
    const access = loadAccess();
    this.room.value = access.room;
    this.token.value = access.token;
    return access.autostart;
  }

  /** Goes live, after a countdown where one is wanted and `atOnce` is not. */
  async start(atOnce = false): Promise<void> {
    const room = this.room.value.trim();
    this.roomProblem.value = undefined;
    this.roomProblem.value = roomProblem(room);
    if (this.roomProblem.value !== undefined || this.missingRight.peek() !== undefined || this.isActive.value) return;
    this.#endSession();
    this.#starting.value = true;
    const capture = this.camera.capture.value ?? (await this.camera.open(this.preferences.value));
    if (capture !== undefined && !atOnce && this.preferences.peek().countdown) await this.#countDown();
    const wasStopped = !this.#starting.peek();
    this.#starting.value = false;
    // What was captured may have ended while the seconds were counted.
    if (capture === undefined || wasStopped || this.camera.capture.peek() === undefined) return;
    storeAccess(room, this.token.value.trim());
    this.startedAt.value = Date.now();
    this.#openSession(room);
    this.#watchRoom(room);
  }

  /** Ends the broadcast; a camera goes on as the preview, a screen is let go. */
  stop(): void {
    this.#starting.value = false;
    this.#endSession();
    if (sharesScreen(this.preferences.value)) this.camera.close();
  }

  /** Takes changed preferences over, also into a running broadcast. */
  async change(changes: Partial<PublisherPreferences>): Promise<void> {
    const before = this.preferences.value;
    const preferences = { ...before, ...changes };
    this.preferences.value = preferences;
    storePreferences(preferences);
    const isOpen = this.camera.capture.value !== undefined || this.camera.problem.value !== undefined;
    if (needsOtherDevice(before, preferences)) {
      if (sharesScreen(preferences) && before.source !== preferences.source && !this.isActive.value)
        this.camera.close();
      else if (isOpen || this.isActive.value) await this.reopenDevices();
    } else if (isOpen) {
      await this.camera.adjustPicture(preferences);
    }
    await this.#applyEncoding();
  }

  /** Opens the devices again, for the preview or in a running broadcast. */
  async reopenDevices(): Promise<void> {
    const capture = await this.camera.open(this.preferences.value);
    if (capture === undefined || !this.isActive.value) return;
    const connection = this.#session.value?.connection;
    const senders = connection?.getTransceivers().map((transceiver) => transceiver.sender) ?? [];
    // What was not offered cannot be sent: a microphone added later needs a new session.
    if (connection !== undefined && senders.length !== tracksOf(capture).length)
      this.#openSession(this.room.value.trim());
    else await replaceTracks(senders, capture);
  }

  #openSession(room: string): void {
    this.#session.value?.stop();
    const token = this.token.value.trim();
    const session = new LiveSession({
      side: 'send',
      endpoint: publishEndpoint(room),
      token,
      prepare: (connection) => this.#prepare(connection),
      adaptAnswer: (answer) => withStartBitrate(answer, this.#startBitrate()),
      isReplaced: () => isReplaced(room, token),
      onSnapshot: ({ counters, momentary }) => {
        this.#limitWatch = watchLimit(this.#limitWatch, momentary.limitedBy, counters.at);
        this.limit.value = this.#limitWatch.told;
        this.framesSent.value = counters.frames;
      },
    });
    this.#session.value = session;
    session.start();
  }

  async #countDown(): Promise<void> {
    const countdown = new AbortController();
    this.#countdown = countdown;
    await countDown(countdown.signal, (seconds) => (this.secondsLeft.value = seconds));
    if (this.#countdown === countdown) this.secondsLeft.value = undefined;
  }

  #watchRoom(room: string): void {
    const watch = new AbortController();
    this.#roomWatch = watch;
    watchRoom(room, this.token.value.trim(), watch.signal, ({ warnings, viewers }) => {
      this.viewers.value = viewers;
      // Who broadcasts without a microphone knows that no sound arrives.
      const isSilent = this.camera.capture.value?.audio === undefined;
      const isLive = this.state.value === 'live';
      this.warnings.value = isLive ? warnings.filter(({ code }) => !(isSilent && code === 'no_audio')) : [];
    });
  }

  #endSession(): void {
    this.#countdown?.abort();
    this.secondsLeft.value = undefined;
    this.#roomWatch?.abort();
    this.warnings.value = [];
    this.viewers.value = undefined;
    this.framesSent.value = undefined;
    this.#session.value?.stop();
    this.#session.value = undefined;
    this.startedAt.value = undefined;
    this.limit.value = undefined;
    this.#limitWatch = undefined;
  }

  #prepare(connection: RTCPeerConnection): void {
    exposeConnection(connection);
    const capture = this.camera.capture.value;
    const tracks = capture === undefined ? [] : tracksOf(capture);
    const stream = new MediaStream(tracks);
    for (const track of tracks) {
      const sendEncodings = track.kind === 'video' ? this.#encodings(track) : [];
      const transceiver = connection.addTransceiver(track, { direction: 'sendonly', streams: [stream], sendEncodings });
      if (track.kind === 'video') preferCodec(transceiver, this.preferences.value.codec);
    }
  }

  #encodings(track: MediaStreamTrack): RTCRtpEncodingParameters[] {
    const preferences = this.preferences.value;
    return videoEncodings(preferences, track.getSettings().height ?? (preferences.height || 1080));
  }

  #startBitrate(): number {
    const video = this.camera.capture.value?.video;
    const most = video === undefined ? 0 : totalBitrate(this.#encodings(video));
    return Math.min(most * START_SHARE, LARGEST_START_BITRATE);
  }

  async #applyEncoding(): Promise<void> {
    for (const sender of this.#session.value?.connection?.getSenders() ?? []) {
      if (sender.track?.kind !== 'video') continue;
      const parameters = sender.getParameters();
      applyEncodings(parameters.encodings, this.#encodings(sender.track));
      await sender.setParameters(parameters).catch(() => undefined);
    }
  }
}

function tracksOf(capture: Capture): MediaStreamTrack[] {
  return [capture.audio, capture.video].filter((track) => track !== undefined);
}

async function replaceTracks(senders: RTCRtpSender[], capture: Capture): Promise<void> {
  for (const track of tracksOf(capture)) {
    const sender = senders.find((candidate) => candidate.track?.kind === track.kind);
    await sender?.replaceTrack(track);
  }
}

/** Whether a change cannot be made on the running tracks. */
function needsOtherDevice(before: PublisherPreferences, after: PublisherPreferences): boolean {
  if (before.source !== after.source) return true;
  // What else a shared screen is asked for counts from the next time the user chooses one.
  if (sharesScreen(after)) return false;
  const isSoundChanged =
    before.microphone !== after.microphone ||
    before.echoCancellation !== after.echoCancellation ||
    before.noiseSuppression !== after.noiseSuppression ||
    before.automaticGain !== after.automaticGain;
  return before.camera !== after.camera || before.height !== after.height || isSoundChanged;
}

/** Whether another publisher is live in the room, looked at twice. A server that does not tell counts as no. */
async function isReplaced(room: string, token: string): Promise<boolean> {
  const isLive = (): Promise<boolean> =>
    isRoomLive(room, token, AbortSignal.timeout(ROOM_REQUEST_TIME)).catch(() => false);
  if (!(await isLive())) return false;
  await new Promise((resolve) => window.setTimeout(resolve, REPLACED_RECHECK));
  return isLive();
}

/** The model of this page. */
export const publisher = new PublisherModel();
