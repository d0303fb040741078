/**
 * Runs in every page of a test, before the page's own scripts: it watches the connections that the page makes, and
 * speaks WHIP and WHEP itself where a test wants no page in between. See page-client.ts for what each call does.
 */
import type {
  ConnectionStatistics,
  InboundStatistics,
  OutboundStatistics,
  PageClient,
  PublishingOptions,
  ShownFrame,
} from '../page-client.ts';

interface Session {
  connection: RTCPeerConnection;
  location: string;
  element: HTMLVideoElement | undefined;
}

const connections: RTCPeerConnection[] = [];
const sessions: (Session | undefined)[] = [];
let publishing: PublishingOptions | undefined;
let soundFormats: readonly string[] | undefined;
let connectionMade: number | undefined;
let firstFrame: number | undefined;
let shownFrame: ShownFrame | undefined;

/** Puts the wanted codec first and caps the bitrate, for the real publisher page as well as for `publish`. */
async function applyPublishing(connection: RTCPeerConnection): Promise<void> {
  if (publishing === undefined) return;
  const wanted = `video/${publishing.codec}`.toLowerCase();
  for (const transceiver of connection.getTransceivers()) {
    const { sender } = transceiver;
    if (sender.track?.kind !== 'video') continue;
    const codecs = RTCRtpSender.getCapabilities('video')?.codecs ?? [];
    const first = codecs.filter((codec) => codec.mimeType.toLowerCase() === wanted);
    transceiver.setCodecPreferences([...first, ...codecs.filter((codec) => !first.includes(codec))]);
    const parameters = sender.getParameters();
    for (const encoding of parameters.encodings) {
      encoding.maxBitrate = Math.min(encoding.maxBitrate ?? Infinity, publishing.maxBitrate);
      if (publishing.scalabilityMode !== undefined) {
        (encoding as { scalabilityMode?: string }).scalabilityMode = publishing.scalabilityMode;
      }
    }
    await sender.setParameters(parameters);
  }
}

function applySoundFormats(connection: RTCPeerConnection): void {
  if (soundFormats === undefined) return;
  const codecs = RTCRtpReceiver.getCapabilities('audio')?.codecs ?? [];
  const wanted = soundFormats.flatMap((name) => codecs.filter(({ mimeType }) => mimeType === `audio/${name}`));
  for (const transceiver of connection.getTransceivers()) {
    if (transceiver.receiver.track.kind === 'audio') transceiver.setCodecPreferences(wanted);
  }
}

/** A transceiver as the W3C's webrtc-extensions has it. */
interface ExtensibleTransceiver extends RTCRtpTransceiver {
  getHeaderExtensionsToNegotiate(): { uri: string; direction: RTCRtpTransceiverDirection }[];
  setHeaderExtensionsToNegotiate(extensions: { uri: string; direction: RTCRtpTransceiverDirection }[]): void;
}

/** Has scalable streams offer dependency descriptors, as they do where the transceiver is made with its mode. */
function offerDescriptors(connection: RTCPeerConnection): void {
  if (publishing?.scalabilityMode === undefined || publishing.codec !== 'AV1') return;
  for (const transceiver of connection.getTransceivers() as ExtensibleTransceiver[]) {
    if (transceiver.sender.track?.kind !== 'video') continue;
    const extensions = transceiver.getHeaderExtensionsToNegotiate();
    transceiver.setHeaderExtensionsToNegotiate(
      extensions.map((one) => (one.uri.includes('#dependency-descriptor') ? { ...one, direction: 'sendrecv' } : one)),
    );
  }
}

const OriginalConnection = window.RTCPeerConnection;
window.RTCPeerConnection = class extends OriginalConnection {
  constructor(configuration?: RTCConfiguration) {
    super(configuration);
    connections.push(this);
    connectionMade = performance.now();
    firstFrame = undefined;
    shownFrame = undefined;
  }
};

// Either of these makes the offer: setLocalDescription does so where it gets none.
for (const name of ['createOffer', 'setLocalDescription'] as const) {
  const property = Object.getOwnPropertyDescriptor(OriginalConnection.prototype, name);
  const original = property?.value as (this: RTCPeerConnection, ...args: unknown[]) => Promise<unknown>;
  Object.defineProperty(OriginalConnection.prototype, name, {
    ...property,
    value: async function (this: RTCPeerConnection, ...args: unknown[]) {
      if (this.signalingState === 'stable') {
        applySoundFormats(this);
        await applyPublishing(this);
        offerDescriptors(this);
      }
      return original.apply(this, args);
    },
  });
}

const getUserMedia = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
navigator.mediaDevices.getUserMedia = (constraints) => {
  if (publishing === undefined || constraints?.video === undefined || constraints.video === false) {
    return getUserMedia(constraints);
  }
  const { width, height, framesPerSecond } = publishing;
  const asked = constraints.video === true ? {} : constraints.video;
  return getUserMedia({ ...constraints, video: { ...asked, width, height, frameRate: framesPerSecond } });
};

// Media events do not bubble, but they are captured on their way down.
document.addEventListener('loadeddata', noteFrame, true);
document.addEventListener('resize', noteFrame, true);

function noteFrame(event: Event): void {
  if (!(event.target instanceof HTMLVideoElement) || event.target.videoWidth === 0) return;
  event.target.requestVideoFrameCallback((now) => (firstFrame ??= now));
  if (event.type === 'loadeddata') watchFrames(event.target);
}

function watchFrames(video: HTMLVideoElement): void {
  video.requestVideoFrameCallback((now, { rtpTimestamp }) => {
    if (rtpTimestamp !== undefined) shownFrame = { rtpTimestamp, shownAt: performance.timeOrigin + now };
    watchFrames(video);
  });
}

async function negotiate(connection: RTCPeerConnection, url: string): Promise<string> {
  await connection.setLocalDescription(await connection.createOffer());
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/sdp' },
    body: connection.localDescription?.sdp ?? '',
  });
  const answer = await response.text();
  const location = response.headers.get('location');
  if (response.status !== 201 || location === null) throw new Error(`${url} answered ${response.status}: ${answer}`);
  await connection.setRemoteDescription({ type: 'answer', sdp: answer });
  return new URL(location, response.url).href;
}

function codecName(report: RTCStatsReport, id: unknown): string {
  const codec = typeof id === 'string' ? (report.get(id) as { mimeType?: string } | undefined) : undefined;
  return codec?.mimeType?.split('/')[1] ?? '';
}

/** The members that `T` names, with 0 for those that the browser leaves out until they have a value. */
function pick<T extends OutboundStatistics | InboundStatistics>(
  report: RTCStatsReport,
  entry: Record<string, unknown>,
  counters: (keyof T)[],
): T {
  const picked: Record<string, unknown> = { kind: entry['kind'], codec: codecName(report, entry['codecId']) };
  for (const name of counters) picked[name as string] = entry[name as string] ?? 0;
  return picked as unknown as T;
}

const OUTBOUND: (keyof OutboundStatistics)[] = [
  'packetsSent',
  'framesEncoded',
  'framesSent',
  'keyFramesEncoded',
  'pliCount',
  'nackCount',
];
const INBOUND: (keyof InboundStatistics)[] = [
  'packetsReceived',
  'bytesReceived',
  'totalSamplesReceived',
  'concealedSamples',
  'packetsLost',
  'framesReceived',
  'framesDecoded',
  'framesDropped',
  'keyFramesDecoded',
  'freezeCount',
  'frameWidth',
  'frameHeight',
  'totalFreezesDuration',
  'totalAudioEnergy',
  'jitterBufferDelay',
  'jitterBufferEmittedCount',
];

async function statisticsOf(connection: RTCPeerConnection): Promise<ConnectionStatistics> {
  const report = await connection.getStats();
  const number = connections.indexOf(connection);
  const found: ConnectionStatistics = { number, state: connection.connectionState, outbound: [], inbound: [] };
  report.forEach((entry: Record<string, unknown>) => {
    if (entry['type'] === 'outbound-rtp') found.outbound.push(pick<OutboundStatistics>(report, entry, OUTBOUND));
    if (entry['type'] === 'inbound-rtp') found.inbound.push(pick<InboundStatistics>(report, entry, INBOUND));
  });
  return found;
}

function add(session: Session): number {
  sessions.push(session);
  return sessions.length - 1;
}

const testClient: PageClient = {
  setPublishing(options) {
    publishing = options;
  },

  setSoundFormats(names) {
    soundFormats = names;
  },

  async publish(url) {
    const stream = await navigator.mediaDevices.getUserMedia({ audio: true, video: true });
    const connection = new RTCPeerConnection();
    for (const track of stream.getTracks()) {
      connection.addTransceiver(track, { direction: 'sendonly', streams: [stream] });
    }
    return add({ connection, location: await negotiate(connection, url), element: undefined });
  },

  async play(url) {
    const connection = new RTCPeerConnection();
    const element = document.createElement('video');
    const stream = new MediaStream();
    element.autoplay = true;
    element.srcObject = stream;
    document.body.append(element);
    connection.addEventListener('track', ({ track }) => stream.addTrack(track));
    for (const kind of ['audio', 'video']) connection.addTransceiver(kind, { direction: 'recvonly' });
    return add({ connection, location: await negotiate(connection, url), element });
  },

  async leave(number, how) {
    const session = sessions[number];
    sessions[number] = undefined;
    if (session === undefined) return;
    if (how === 'delete') {
      const response = await fetch(session.location, { method: 'DELETE' });
      if (response.status !== 200) throw new Error(`DELETE answered ${response.status}`);
    }
    session.connection.close();
    session.element?.remove();
  },

  statistics() {
    return Promise.all(connections.filter((connection) => connection.signalingState !== 'closed').map(statisticsOf));
  },

  picture() {
    const video = document.querySelector('video');
    const context = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
    if (!video?.videoWidth || context === null) return [];
    const { width, height } = Object.assign(context.canvas, { width: 64, height: 36 });
    context.drawImage(video, 0, 0, width, height);
    const { data } = context.getImageData(0, 0, width, height);
    return Array.from({ length: width * height }, (_, pixel) =>
      Math.round(((data[4 * pixel] ?? 0) + (data[4 * pixel + 1] ?? 0) + (data[4 * pixel + 2] ?? 0)) / 3),
    );
  },

  iceServers: () => connections.at(-1)?.getConfiguration().iceServers ?? [],
  shownFrame: () => shownFrame,
  timeToFirstFrame() {
    return connectionMade === undefined || firstFrame === undefined ? undefined : firstFrame - connectionMade;
  },
};

Object.assign(window, { testClient });
