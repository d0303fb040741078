/** RTP header extensions (RFC 8285) that this server takes part in, and why. */
import type { MediaKind } from './types.ts';

export const EXTENSION = {
  /** Names the m-section of a packet (RFC 9143). */
  mid: 'urn:ietf:params:rtp-hdrext:sdes:mid',
  /** Names the simulcast layer of a packet (RFC 8852 3.1). */
  rid: 'urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id',
  /** Names the layer that an RTX packet repairs (RFC 8852 3.2). */
  repairedRid: 'urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id',
  /** Sequence number over all packets of a transport (draft-holmer-rmcat-transport-wide-cc-extensions-01 2). */
  transportWideCc: 'http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01',
  /** When the packet left the sender, 6.18 fixed point seconds. */
  absoluteSendTime: 'http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time',
  /** Loudness of an audio packet (RFC 6464). */
  audioLevel: 'urn:ietf:params:rtp-hdrext:ssrc-audio-level',
  /** How the receiver has to turn the picture (3GPP TS 26.114 7.4.5). */
  videoOrientation: 'urn:3gpp:video-orientation',
  /** Shortest and longest delay that the sender asks receivers to keep. */
  playoutDelay: 'http://www.webrtc.org/experiments/rtp-hdrext/playout-delay',
  /** NTP time of capture, for end-to-end delay and for lip sync. */
  absoluteCaptureTime: 'http://www.webrtc.org/experiments/rtp-hdrext/abs-capture-time',
  /** Primaries, transfer and HDR metadata of the picture. */
  colorSpace: 'http://www.webrtc.org/experiments/rtp-hdrext/color-space',
  /** Camera or screen: receivers choose their smoothing by it. */
  videoContentType: 'http://www.webrtc.org/experiments/rtp-hdrext/video-content-type',
  /** Layers and references of a frame (AV1 RTP specification, appendix A). */
  dependencyDescriptor: 'https://aomediacodec.github.io/av1-rtp-spec/#dependency-descriptor-rtp-header-extension',
} as const;

interface ExtensionUse {
  kinds: readonly MediaKind[];
  /** Accepted from a publisher: the server reads it, or passes it on. */
  publish: boolean;
  /** Offered to viewers: the server writes it, or passes the publisher's value on. */
  play: boolean | 'video';
}

const BOTH = ['audio', 'video'] as const;
const VIDEO = ['video'] as const;

/**
 * Viewers get transport-wide sequence numbers of their own, on pictures alone: these have layers to choose from by what
 * the link takes. They get no send time (the publisher's says nothing about the way to the viewer), and no rid (a viewer
 * gets one stream a section).
 */
const USES = new Map<string, ExtensionUse>([
  [EXTENSION.mid, { kinds: BOTH, publish: true, play: true }],
  [EXTENSION.rid, { kinds: VIDEO, publish: true, play: false }],
  [EXTENSION.repairedRid, { kinds: VIDEO, publish: true, play: false }],
  [EXTENSION.transportWideCc, { kinds: BOTH, publish: true, play: 'video' }],
  [EXTENSION.absoluteSendTime, { kinds: BOTH, publish: true, play: false }],
  [EXTENSION.audioLevel, { kinds: ['audio'], publish: true, play: true }],
  [EXTENSION.videoOrientation, { kinds: VIDEO, publish: true, play: true }],
  [EXTENSION.playoutDelay, { kinds: VIDEO, publish: true, play: true }],
  [EXTENSION.absoluteCaptureTime, { kinds: BOTH, publish: true, play: true }],
  [EXTENSION.colorSpace, { kinds: VIDEO, publish: true, play: true }],
  [EXTENSION.videoContentType, { kinds: VIDEO, publish: true, play: true }],
  [EXTENSION.dependencyDescriptor, { kinds: VIDEO, publish: true, play: true }],
]);

/** Whether a section of this kind accepts the extension in this role. */
export function isExtensionUsed(uri: string, kind: MediaKind, role: 'publish' | 'play'): boolean {
  const use = USES.get(uri);
  const used = use?.[role];
  return use?.kinds.includes(kind) === true && (used === true || used === kind);
}
