/** What the pages show and watch, out of RTCPeerConnection.getStats() of any browser. Pure. */

/** The counters of one moment. Times are milliseconds, sizes bytes. */
export interface Counters {
  /** Milliseconds, any fixed origin. */
  at: number;
  /** Bytes of media sent or received by this side, payload and headers as the browser counts them. */
  mediaBytes: number;
  mediaPackets: number;
  packetsLost: number;
  /** Frames encoded (broadcaster) or decoded (viewer). */
  frames: number;
  /** Bytes that came in over the transport, feedback included. */
  transportBytes: number;
  /** Answered connectivity checks. */
  checksAnswered: number;
  /** Seconds that all played samples and frames together stayed in the jitter buffer, and how many they were. */
  bufferDelay: number;
  bufferCount: number;
  freezes: number;
  /** Requests for lost packets that this side has sent, of all its received streams. */
  nacks: number;
}

/** Figures that need no second moment. */
export interface Momentary {
  width: number | undefined;
  height: number | undefined;
  /** Encoding name of the video, e.g. 'VP8'. */
  videoCodec: string | undefined;
  audioCodec: string | undefined;
  /** As the browser tells it. */
  framesPerSecond: number | undefined;
  /** Milliseconds. */
  roundTripTime: number | undefined;
  /** 0 to 1, told by the other side. */
  reportedLoss: number | undefined;
  /** Why the encoder sends less than it could: 'cpu', 'bandwidth', 'none', 'other'. */
  limitedBy: string | undefined;
  /** Frames of the picture that arrived and were not shown, since the connection began; of a viewer. */
  framesDropped: number;
  /** Milliseconds (RFC 3550, 6.4.1), of the picture where there is one; of a viewer. */
  jitter: number | undefined;
  /** Milliseconds that decoding a frame has taken on average; of a viewer. */
  decodeTime: number | undefined;
}

export interface Snapshot {
  counters: Counters;
  momentary: Momentary;
}

/** What the pages show. */
export interface Figures {
  /** Bits a second of all media. */
  bitrate: number;
  framesPerSecond: number | undefined;
  /** 0 to 1. */
  loss: number | undefined;
  /** Milliseconds; undefined where the browser does not tell. */
  bufferDelay: number | undefined;
  freezes: number;
  width: number | undefined;
  height: number | undefined;
  videoCodec: string | undefined;
  audioCodec: string | undefined;
  roundTripTime: number | undefined;
  limitedBy: string | undefined;
  framesDropped: number;
  /** Milliseconds. */
  jitter: number | undefined;
  /** Milliseconds. */
  decodeTime: number | undefined;
}

/** Which side's streams count. */
export type Side = 'send' | 'receive';

/** Reads one report. */
export function readSnapshot(report: RTCStatsReport, side: Side, at: number): Snapshot {
  const entries = entriesOf(report);
  return {
    counters: side === 'send' ? sentCounters(entries, at) : receivedCounters(entries, at),
    momentary: side === 'send' ? sentMomentary(entries) : receivedMomentary(entries),
  };
}

/** The figures between two snapshots of one connection; undefined where no time lies between them. */
export function figuresBetween(before: Snapshot, now: Snapshot): Figures | undefined {
  const [from, to] = [before.counters, now.counters];
  const seconds = (to.at - from.at) / 1000;
  if (seconds <= 0) return undefined;
  const packets = to.mediaPackets - from.mediaPackets;
  const lost = Math.max(0, to.packetsLost - from.packetsLost);
  const buffered = to.bufferCount - from.bufferCount;
  const { reportedLoss, ...momentary } = now.momentary;
  return {
    ...momentary,
    bitrate: Math.max(0, ((to.mediaBytes - from.mediaBytes) * 8) / seconds),
    framesPerSecond: now.momentary.framesPerSecond ?? Math.max(0, (to.frames - from.frames) / seconds),
    loss: reportedLoss ?? (packets + lost > 0 ? lost / (packets + lost) : undefined),
    bufferDelay: buffered > 0 ? ((to.bufferDelay - from.bufferDelay) / buffered) * 1000 : undefined,
    freezes: to.freezes,
  };
}

/**
 * Milliseconds from the server to the eye, as far as a viewer can know: half a round trip, the buffer and decoding.
 * What the broadcaster's side takes is not in it. Undefined where the browser tells neither way nor buffer.
 */
export function latencyEstimate({ roundTripTime, bufferDelay, decodeTime }: Figures): number | undefined {
  if (roundTripTime === undefined && bufferDelay === undefined) return undefined;
  return (roundTripTime ?? 0) / 2 + (bufferDelay ?? 0) + (decodeTime ?? 0);
}

function entriesOf(report: RTCStatsReport): RTCStats[] {
  const entries: RTCStats[] = [];
  report.forEach((entry: RTCStats) => entries.push(entry));
  return entries;
}

function ofType<T extends RTCStats>(entries: RTCStats[], type: RTCStatsType): T[] {
  return entries.filter((entry): entry is T => entry.type === type);
}

function sum(values: (number | undefined)[]): number {
  return values.reduce<number>((total, value) => total + (value ?? 0), 0);
}

function sentCounters(entries: RTCStats[], at: number): Counters {
  const streams = ofType<RTCOutboundRtpStreamStats>(entries, 'outbound-rtp');
  const reports = ofType<RTCRemoteInbound>(entries, 'remote-inbound-rtp');
  return {
    ...transportCounters(entries),
    at,
    mediaBytes: sum(streams.map((stream) => stream.bytesSent)),
    mediaPackets: sum(streams.map((stream) => stream.packetsSent)),
    packetsLost: sum(reports.map((stream) => stream.packetsLost)),
    frames: sum(streams.map((stream) => stream.framesEncoded)),
    bufferDelay: 0,
    bufferCount: 0,
    freezes: 0,
    nacks: 0,
  };
}

function receivedCounters(entries: RTCStats[], at: number): Counters {
  const streams = ofType<RTCInboundRtpStreamStats>(entries, 'inbound-rtp');
  const shown = streams.filter((stream) => stream.kind === 'video' && (stream.jitterBufferEmittedCount ?? 0) > 0);
  const delayed = shown.length > 0 ? shown : streams;
  return {
    ...transportCounters(entries),
    at,
    mediaBytes: sum(streams.map((stream) => stream.bytesReceived)),
    mediaPackets: sum(streams.map((stream) => stream.packetsReceived)),
    packetsLost: sum(streams.map((stream) => stream.packetsLost)),
    frames: sum(streams.map((stream) => stream.framesDecoded)),
    bufferDelay: sum(delayed.map((stream) => stream.jitterBufferDelay)),
    bufferCount: sum(delayed.map((stream) => stream.jitterBufferEmittedCount)),
    freezes: sum(streams.map((stream) => stream.freezeCount)),
    nacks: sum(streams.map((stream) => stream.nackCount)),
  };
}

function transportCounters(entries: RTCStats[]): { transportBytes: number; checksAnswered: number } {
  const pairs = ofType<RTCIceCandidatePairStats>(entries, 'candidate-pair');
  return {
    transportBytes: sum(pairs.map((pair) => pair.bytesReceived)),
    checksAnswered: sum(pairs.map((pair) => pair.responsesReceived)),
  };
}

function sentMomentary(entries: RTCStats[]): Momentary {
  const streams = ofType<RTCOutboundRtpStreamStats>(entries, 'outbound-rtp');
  const reports = ofType<RTCRemoteInbound>(entries, 'remote-inbound-rtp');
  const video = largestVideo(streams);
  const reportOf = (kind: string): RTCRemoteInbound | undefined => reports.find((report) => report.kind === kind);
  const report = reportOf('video') ?? reportOf('audio');
  const seconds = report?.roundTripTime ?? pairRoundTrip(entries);
  return {
    ...codecNames(entries, streams),
    width: video?.frameWidth,
    height: video?.frameHeight,
    framesPerSecond: video?.framesPerSecond,
    roundTripTime: seconds === undefined ? undefined : seconds * 1000,
    reportedLoss: report?.fractionLost,
    limitedBy: video?.qualityLimitationReason,
    framesDropped: 0,
    jitter: undefined,
    decodeTime: undefined,
  };
}

/** Of the layers of a broadcast the largest that is sent. */
function largestVideo(streams: RTCOutboundRtpStreamStats[]): RTCOutboundRtpStreamStats | undefined {
  const videos = streams.filter((stream) => stream.kind === 'video');
  const sent = videos.filter((stream) => (stream.framesPerSecond ?? 0) > 0);
  return (sent.length > 0 ? sent : videos).reduce<RTCOutboundRtpStreamStats | undefined>(
    (best, stream) => ((stream.frameHeight ?? 0) > (best?.frameHeight ?? -1) ? stream : best),
    undefined,
  );
}

function receivedMomentary(entries: RTCStats[]): Momentary {
  const streams = ofType<RTCInboundRtpStreamStats>(entries, 'inbound-rtp');
  const video = streams.find((stream) => stream.kind === 'video');
  const seconds = pairRoundTrip(entries);
  const jitter = (video ?? streams[0])?.jitter;
  const decoded = video?.framesDecoded ?? 0;
  return {
    ...codecNames(entries, streams),
    width: video?.frameWidth,
    height: video?.frameHeight,
    framesPerSecond: video?.framesPerSecond,
    roundTripTime: seconds === undefined ? undefined : seconds * 1000,
    reportedLoss: undefined,
    limitedBy: undefined,
    framesDropped: video?.framesDropped ?? 0,
    jitter: jitter === undefined ? undefined : jitter * 1000,
    decodeTime: decoded > 0 ? ((video?.totalDecodeTime ?? 0) / decoded) * 1000 : undefined,
  };
}

/** Seconds of the pair in use: the nominated one that carried most. */
function pairRoundTrip(entries: RTCStats[]): number | undefined {
  const pairs = ofType<RTCIceCandidatePairStats>(entries, 'candidate-pair').filter((pair) => pair.nominated === true);
  pairs.sort((a, b) => traffic(b) - traffic(a));
  return pairs[0]?.currentRoundTripTime;
}

function traffic(pair: RTCIceCandidatePairStats): number {
  return (pair.bytesReceived ?? 0) + (pair.bytesSent ?? 0);
}

function codecNames(
  entries: RTCStats[],
  streams: { kind: string; codecId?: string }[],
): { videoCodec: string | undefined; audioCodec: string | undefined } {
  const codecs = ofType<RTCRtpCodecStats>(entries, 'codec');
  const nameOf = (kind: string): string | undefined => {
    const id = streams.find((stream) => stream.kind === kind && stream.codecId !== undefined)?.codecId;
    return codecs.find((codec) => codec.id === id)?.mimeType.split('/')[1];
  };
  return { videoCodec: nameOf('video'), audioCodec: nameOf('audio') };
}

/** remote-inbound-rtp, which the DOM types leave out. */
interface RTCRemoteInbound extends RTCStats {
  kind: string;
  packetsLost?: number;
  /** 0 to 1. */
  fractionLost?: number;
  /** Seconds. */
  roundTripTime?: number;
}

/** codec, which the DOM types leave out. */
interface RTCRtpCodecStats extends RTCStats {
  mimeType: string;
}
