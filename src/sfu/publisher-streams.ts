import { parseIdentifier } from '../protocol/rtp/extension-values.ts';
import { findExtension } from '../protocol/rtp/header-extensions.ts';
import { EXTENSION } from '../protocol/sdp/extensions.ts';
import type { AcceptedMedia, Codec, Negotiation } from '../protocol/sdp/types.ts';
import { isMediaOf, PublisherTrack } from './publisher-track.ts';

/** Streams that one publisher may have: two kinds, four layers, RTX each, and what a restarted encoder leaves behind. */
const MAXIMUM_STREAMS = 32;

/** What an SSRC carries. */
export type PublisherStream =
  | { type: 'media'; track: PublisherTrack }
  /** Repairs the track (RFC 4588). */
  | { type: 'rtx'; track: PublisherTrack };

interface StreamIdentifiers {
  mid: string | undefined;
  rid: string | undefined;
  repairedRid: string | undefined;
}

/**
 * Tells a publisher's streams apart: by SSRC where the offer names it, else by the MID and RID header extensions
 * (RFC 9143 9.2, RFC 8852), else by the payload type.
 */
export class PublisherStreams {
  readonly #negotiation: Negotiation;
  readonly #gopCacheMs: number;
  readonly #streams = new Map<number, PublisherStream>();
  readonly #tracks: PublisherTrack[] = [];

  /** `gopCacheMs`: the longest group of pictures to keep for new viewers, 0 for none. */
  constructor(negotiation: Negotiation, gopCacheMs: number) {
    this.#negotiation = negotiation;
    this.#gopCacheMs = gopCacheMs;
  }

  /** Tracks in the order of their first packets. */
  get tracks(): readonly PublisherTrack[] {
    return this.#tracks;
  }

  /** The track of a media SSRC, where it is known already. */
  track(ssrc: number): PublisherTrack | undefined {
    const stream = this.#streams.get(ssrc);
    return stream?.type === 'media' ? stream.track : undefined;
  }

  /** What this packet belongs to; undefined where nothing that was negotiated fits. */
  find(ssrc: number, payloadType: number, packet: Uint8Array, now: number): PublisherStream | undefined {
    const known = this.#streams.get(ssrc);
    if (known !== undefined) return known;
    if (this.#streams.size >= MAXIMUM_STREAMS) return undefined;
    const media = this.#findMedia(ssrc, payloadType, packet);
    if (media === undefined) return undefined;
    const stream = this.#open(media, ssrc, payloadType, packet, now);
    if (stream !== undefined) this.#streams.set(ssrc, stream);
    return stream;
  }

  #findMedia(ssrc: number, payloadType: number, packet: Uint8Array): AcceptedMedia | undefined {
    const { media } = this.#negotiation;
    const bySsrc = media.find(({ offered }) => offered.ssrcs.includes(ssrc) || offered.rtxSsrcs.has(ssrc));
    if (bySsrc !== undefined) return bySsrc;
    for (const section of media) {
      if (readIdentifiers(section, packet).mid === section.offered.mid) return section;
    }
    return media.find((section) =>
      section.codecs.some((codec) => isMediaOf(codec, payloadType) || codec.rtxPayloadType === payloadType),
    );
  }

  #open(
    media: AcceptedMedia,
    ssrc: number,
    payloadType: number,
    packet: Uint8Array,
    now: number,
  ): PublisherStream | undefined {
    const identifiers = readIdentifiers(media, packet);
    if (media.codecs.some((codec) => codec.rtxPayloadType === payloadType)) {
      const track = this.#findRepaired(media, ssrc, identifiers);
      return track === undefined ? undefined : { type: 'rtx', track };
    }
    const codec = media.codecs.find((candidate) => isMediaOf(candidate, payloadType));
    if (codec === undefined) return undefined;
    return { type: 'media', track: this.#openTrack(media, codec, ssrc, identifiers.rid, now) };
  }

  #openTrack(media: AcceptedMedia, codec: Codec, ssrc: number, rid: string | undefined, now: number): PublisherTrack {
    const track = new PublisherTrack(media, codec, { ssrc, rid, gopCacheMs: this.#gopCacheMs }, now);
    this.#tracks.push(track);
    return track;
  }

  #findRepaired(media: AcceptedMedia, ssrc: number, identifiers: StreamIdentifiers): PublisherTrack | undefined {
    const repairedSsrc = media.offered.rtxSsrcs.get(ssrc);
    if (repairedSsrc !== undefined) return this.track(repairedSsrc);
    const candidates = this.#tracks.filter((track) => track.media === media);
    const rid = identifiers.repairedRid ?? identifiers.rid;
    if (rid !== undefined) return candidates.find((track) => track.rid === rid);
    // Without any name, only a single stream can be meant; the newest is the one that a restarted encoder uses.
    return media.offered.sendRids.length === 0 ? candidates.at(-1) : undefined;
  }
}

function readIdentifiers(media: AcceptedMedia, packet: Uint8Array): StreamIdentifiers {
  const read = (uri: string): string | undefined => {
    const id = media.extensions.find((extension) => extension.uri === uri)?.id;
    const value = id === undefined ? undefined : findExtension(packet, id);
    return value === undefined ? undefined : parseIdentifier(value);
  };
  return {
    mid: read(EXTENSION.mid),
    rid: read(EXTENSION.rid),
    repairedRid: read(EXTENSION.repairedRid),
  };
}
