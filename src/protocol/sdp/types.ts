/** The values of a negotiation. Text becomes these in parse-offer.ts, and these become text in write-answer.ts. */

export type MediaKind = 'audio' | 'video';

/** Canonical encoding names; SDP compares them without case. */
export type CodecName = 'opus' | 'VP8' | 'VP9' | 'H264' | 'H265' | 'AV1';

export interface Codec {
  name: CodecName;
  /** As the offer numbers it, 0 to 127. */
  payloadType: number;
  /** Hz. */
  clockRate: number;
  /** Audio channels; 1 where the line names none. */
  channels: number;
  /** fmtp parameters, keys in lower case. */
  parameters: Readonly<Record<string, string>>;
  /** rtcp-fb values as written: 'nack', 'nack pli', 'ccm fir', 'transport-cc', 'goog-remb'. */
  feedback: readonly string[];
  /** Payload type of the RTX stream that repairs this codec (RFC 4588), where offered. */
  rtxPayloadType: number | undefined;
  /** The format that carries this codec with redundancy, where offered. */
  red?: RedFormat | undefined;
}

/** RED (RFC 2198) of one codec: packets that hold the ones before them again. */
export interface RedFormat {
  /** As the offer numbers it, 0 to 127. */
  payloadType: number;
  /** Stands before the codec itself in the offer's order of preference. */
  preferred: boolean;
}

export interface HeaderExtension {
  /** 1 to 255. */
  id: number;
  uri: string;
}

export type Direction = 'sendrecv' | 'sendonly' | 'recvonly' | 'inactive';

export interface OfferedExtension extends HeaderExtension {
  /** Which way the offerer uses it (RFC 8285 5); undefined where the line names none, which means both. */
  direction: Direction | undefined;
}

export interface OfferedMedia {
  kind: MediaKind;
  /** Position of the m-section in the offer, from 0. */
  index: number;
  /** a=mid, or the section's index where there is none. */
  mid: string;
  /** False where the offer has no a=mid line; the answer then has none either. */
  hasMid: boolean;
  /** As written, e.g. 'UDP/TLS/RTP/SAVPF'. */
  protocol: string;
  direction: Direction;
  /** Codecs that this server knows, in the offer's order of preference. */
  codecs: readonly Codec[];
  extensions: readonly OfferedExtension[];
  /** Media SSRCs (RTX and FEC ones left out), in order. */
  ssrcs: readonly number[];
  /** RTX SSRC to the media SSRC that it repairs (a=ssrc-group:FID). */
  rtxSsrcs: ReadonlyMap<number, number>;
  /** Simulcast layers to send, in the order of a=simulcast (RFC 8853); empty without simulcast. */
  sendRids: readonly string[];
  /** a=rtcp-rsize: RTCP may come in packets without a report (RFC 5506). */
  reducedSizeRtcp: boolean;
}

export interface IceCredentials {
  ufrag: string;
  password: string;
}

export interface Offer {
  ice: IceCredentials;
  /** Fingerprint of the peer's certificate: the strongest hash that is offered. */
  fingerprint: { algorithm: string; value: Uint8Array };
  setup: 'actpass' | 'active' | 'passive';
  media: readonly OfferedMedia[];
  /** MIDs of the a=group:BUNDLE line as written. */
  bundle: readonly string[];
  extmapAllowMixed: boolean;
  /** True where the offer is for trickle (a=ice-options:trickle). */
  trickle: boolean;
}

/** What a section of the answer accepts. */
export interface AcceptedMedia {
  offered: OfferedMedia;
  codecs: readonly Codec[];
  extensions: readonly OfferedExtension[];
}

/** The tracks that a publisher will send, or that a viewer will take; all sections of the offer, in its order. */
export interface Negotiation {
  offer: Offer;
  role: 'publish' | 'play';
  /** This side's DTLS role. */
  dtlsRole: 'client' | 'server';
  media: readonly AcceptedMedia[];
}

/** Address that the answer announces. */
export interface Candidate {
  /** An IP address, never a name. */
  address: string;
  port: number;
  protocol: 'udp' | 'tcp';
}

/** What this side adds to the answer. */
export interface LocalDescription {
  /** Decimal, at most 63 bits (RFC 8866 5.2). */
  sessionId: string;
  ice: IceCredentials;
  /** SHA-256 of this side's certificate. */
  fingerprint: Uint8Array;
  /** Most preferred first. */
  candidates: readonly Candidate[];
  /** For each section of a play answer: the SSRCs that this side sends; empty for publish. */
  streams: readonly LocalStream[];
}

export interface LocalStream {
  ssrc: number;
  /** SSRC of the RTX stream, where the section negotiated RTX. */
  rtxSsrc: number | undefined;
  cname: string;
  /** MediaStream id: the same for sound and picture. */
  streamId: string;
  trackId: string;
}

/** Why an offer or fragment is refused. `malformed` answers 400, `unservable` 422. */
export interface SdpRefusal {
  ok: false;
  reason: 'malformed' | 'unservable';
  /** One sentence for the client's developer. */
  detail: string;
}

export type SdpResult<T> = { ok: true; value: T } | SdpRefusal;

/** The part of a trickle fragment (RFC 8840) that this server uses. */
export interface IceFragment {
  ice: IceCredentials | undefined;
  /** Usable candidates; unknown transports and .local names are left out. */
  candidates: readonly Candidate[];
  endOfCandidates: boolean;
}
