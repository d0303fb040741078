import type { RtcpPacket } from '../protocol/rtcp/compound.ts';
import type { ReportBlock } from '../protocol/rtcp/report-block.ts';
import type { LocalStream, MediaKind, Negotiation } from '../protocol/sdp/types.ts';
import { BitrateMeter } from './bitrate-meter.ts';
import type { LayerWish } from './layer-wish.ts';
import type { LayerPair, SourceTrack } from './sink.ts';
import { addTrackCounters, emptyCounters, type MediaCounters } from './media-counters.ts';
import type { SessionFigures } from './room-service.ts';
import type { SendHistory } from './send-history.ts';
import { transportSequenceId } from './fan-out-row.ts';
import { SubscriberLayers } from './subscriber-layers.ts';
import { SubscriberNack } from './subscriber-nack.ts';
import { type ReportedTrack, SubscriberReports } from './subscriber-reports.ts';
import { SubscriberTrack } from './subscriber-track.ts';
import type { TrackFanOut } from './track-fan-out.ts';

/** A stream starts in the lower half of the sequence numbers, at a place as random as its SSRC. */
const MAXIMUM_FIRST_SEQUENCE = 0x7fff;

export interface SubscriberOptions {
  negotiation: Negotiation;
  /** One for each section of the negotiation, as the answer names them. */
  streams: readonly LocalStream[];
  /** As the transport numbers it. */
  peer: number;
  /** The room's fan-outs, by kind. */
  fanOuts: Readonly<Record<MediaKind, TrackFanOut>>;
  sendRtp: (packet: Uint8Array) => boolean;
  sendRtcp: (packet: Uint8Array) => boolean;
  /**
   * Begins to number the viewer's packets by the extension of this id, and to note when each was sent. Where it is left
   * out, the link is judged by REMB and receiver reports.
   */
  trackSends?: (extensionId: number, now: number) => SendHistory;
  /** Monotonic milliseconds. */
  now: number;
}

interface SubscriberSection extends ReportedTrack {
  nack: SubscriberNack;
  /** Of pictures. */
  layers: SubscriberLayers | undefined;
  /** Keyframes that the viewer asked for. */
  keyframeRequests: number;
  /** The most packets that the viewer missed: late ones make them fewer, and a counter must not fall. */
  packetsLost: number;
}

/** The WHEP side of a room: one viewer with its tracks, its reports and its requests. */
export class Subscriber {
  readonly #sections: readonly SubscriberSection[];
  readonly #reports: SubscriberReports;
  readonly #bitrate: BitrateMeter;

  constructor(options: SubscriberOptions) {
    this.#sections = options.negotiation.media.map((media, index): SubscriberSection => {
      const stream = options.streams[index];
      if (stream === undefined) throw new RangeError('a negotiated section has no stream');
      const fanOut = options.fanOuts[media.offered.kind];
      const track = new SubscriberTrack({
        peer: options.peer,
        media,
        ssrc: stream.ssrc,
        rtxSsrc: stream.rtxSsrc,
        transportSequenceId: transportSequenceId(media),
        twoByteExtensions: options.negotiation.offer.extmapAllowMixed,
        firstSequence: stream.ssrc & MAXIMUM_FIRST_SEQUENCE,
      });
      const { sendRtp, trackSends, now } = options;
      const picture = media.offered.kind === 'video';
      return {
        track,
        fanOut,
        nack: new SubscriberNack(track, fanOut, sendRtp),
        layers: picture ? new SubscriberLayers({ track, fanOut, sendRtp, trackSends, now }) : undefined,
        figures: undefined,
        reported: false,
        keyframeRequests: 0,
        packetsLost: 0,
      };
    });
    this.#reports = new SubscriberReports(
      options.streams[0]?.cname ?? '',
      this.#sections,
      options.sendRtcp,
      options.now,
    );
    this.#bitrate = new BitrateMeter(options.now);
  }

  /** The connection stands: packets may come. */
  start(now: number): void {
    for (const { track, fanOut, layers } of this.#sections) {
      layers?.start(now);
      fanOut.add(track, now);
    }
  }

  handleRtcp(packets: readonly RtcpPacket[], now: number): void {
    for (const packet of packets) {
      switch (packet.type) {
        case 'receiverReport':
        case 'senderReport':
          for (const block of packet.reports) this.#receiverReport(block, now);
          break;
        case 'nack':
          this.#section(packet.mediaSsrc)?.nack.handleNack(packet.sequences, now);
          break;
        case 'pictureLoss':
          this.#requestKeyframe(packet.mediaSsrc, now);
          break;
        case 'fullIntraRequest':
          for (const { ssrc } of packet.requests) this.#requestKeyframe(ssrc, now);
          break;
        case 'remb':
          for (const { layers } of this.#sections) layers?.handleRemb(packet.bitrate, now);
          break;
        case 'transportFeedback':
          for (const { layers } of this.#sections) layers?.handleFeedback(packet, now);
          break;
        case 'sourceDescription':
        case 'goodbye':
          break;
      }
    }
  }

  /** Takes the wish of a section of the negotiation, by its mid. */
  setWish(mid: string, wish: LayerWish, now: number): void {
    this.#sections.find(({ track }) => track.options.media.offered.mid === mid)?.layers?.setWish(wish, now);
  }

  /** RFC 8851 rid of the simulcast layer that it gets at present; undefined where the publisher sends no layers. */
  get rid(): string | undefined {
    return this.#source?.rid;
  }

  /** The highest layers of a scalable stream that it gets at present. */
  get layer(): LayerPair | undefined {
    return this.#source?.layer;
  }

  get #source(): SourceTrack | undefined {
    return this.#sections.find(({ track }) => track.options.media.offered.kind === 'video')?.track.source;
  }

  /** Milliseconds; undefined until a receiver report has measured it. */
  get roundTripTime(): number | undefined {
    return this.#reports.roundTrip;
  }

  /** The estimate of its bandwidth, bits a second; undefined without a picture. */
  get bandwidth(): number | undefined {
    return this.#sections.find(({ layers }) => layers !== undefined)?.layers?.bandwidth;
  }

  /** Changes from one layer to another so far. */
  get layerChanges(): number {
    return this.#sections.reduce((sum, { layers }) => sum + (layers?.changes ?? 0), 0);
  }

  /** Asks for a keyframe of each picture, for a viewer that missed packets which will not be sent again. */
  requestKeyframes(now: number): void {
    for (const { track, fanOut } of this.#sections) {
      if (track.options.media.offered.kind === 'video') fanOut.requestKeyframe(track, now);
    }
  }

  handleTimeout(now: number): void {
    for (const { layers } of this.#sections) layers?.handleTimeout(now);
    this.#reports.handleTimeout(now);
    this.#bitrate.setTotal(this.#sent().octets, now);
  }

  deadline(): number {
    let deadline = this.#reports.deadline();
    for (const { layers } of this.#sections) {
      if (layers !== undefined) deadline = Math.min(deadline, layers.deadline());
    }
    return deadline;
  }

  figures(now: number): SessionFigures {
    const { packets, octets } = this.#sent();
    this.#bitrate.setTotal(octets, now);
    const reported = this.#sections.flatMap(({ figures }) => figures ?? []);
    return {
      bitrate: this.#bitrate.bitrate(now),
      packets,
      packetsLost: reported.reduce((sum, { packetsLost }) => sum + packetsLost, 0),
      roundTripTime: this.#reports.roundTrip,
      jitter: reported.length === 0 ? undefined : Math.max(...reported.map(({ jitter }) => jitter)),
    };
  }

  /** What has been sent since the start. */
  counters(): MediaCounters {
    const counters = emptyCounters();
    for (const section of this.#sections) {
      const { track, fanOut, nack, keyframeRequests } = section;
      section.packetsLost = Math.max(section.packetsLost, section.figures?.packetsLost ?? 0);
      const { packets, octets } = fanOut.counters(track);
      addTrackCounters(counters[track.options.media.offered.kind], {
        packets,
        bytes: octets,
        packetsLost: section.packetsLost,
        nackedPackets: nack.requested,
        keyframeRequests,
        retransmissions: nack.retransmissions,
      });
    }
    return counters;
  }

  /** Takes the viewer out of the fan-outs, and says goodbye where the connection stands. */
  close(connected: boolean): void {
    for (const { track, fanOut } of this.#sections) fanOut.remove(track);
    if (connected) this.#reports.sendGoodbye();
  }

  #receiverReport(block: ReportBlock, now: number): void {
    this.#reports.receiverReport(block, now);
    this.#section(block.ssrc)?.nack.handleReport(block.fractionLost);
    this.#section(block.ssrc)?.layers?.handleReport(block.fractionLost, this.#reports.roundTrip, now);
  }

  #requestKeyframe(ssrc: number, now: number): void {
    const section = this.#section(ssrc);
    if (section === undefined) return;
    section.keyframeRequests++;
    section.fanOut.requestKeyframe(section.track, now);
  }

  #section(ssrc: number): SubscriberSection | undefined {
    return this.#sections.find(({ track }) => track.options.ssrc === ssrc || track.options.rtxSsrc === ssrc);
  }

  #sent(): { packets: number; octets: number } {
    let packets = 0;
    let octets = 0;
    for (const { track, fanOut } of this.#sections) {
      const counters = fanOut.counters(track);
      packets += counters.packets;
      octets += counters.octets;
    }
    return { packets, octets };
  }
}
