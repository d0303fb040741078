/** The URI of the RTP header extension (AV1 RTP specification, appendix A.9). */
const URI = 'https://aomediacodec.github.io/av1-rtp-spec/#dependency-descriptor-rtp-header-extension';

interface HeaderExtensionCapability {
  uri: string;
  direction: RTCRtpTransceiverDirection;
}

/** A transceiver as the W3C's webrtc-extensions has it, which not every browser knows. */
export interface ExtensibleTransceiver extends Pick<RTCRtpTransceiver, 'direction'> {
  getHeaderExtensionsToNegotiate?: () => HeaderExtensionCapability[];
  setHeaderExtensionsToNegotiate?: (extensions: HeaderExtensionCapability[]) => void;
}

/**
 * Has a transceiver offer the dependency descriptor, which browsers do not by themselves where they only receive:
 * without it they can show AV1's lowest spatial layer alone.
 */
export function receiveDependencyDescriptors(transceiver: ExtensibleTransceiver): void {
  const extensions = transceiver.getHeaderExtensionsToNegotiate?.() ?? [];
  if (!extensions.some(({ uri }) => uri === URI)) return;
  transceiver.setHeaderExtensionsToNegotiate?.(
    extensions.map((extension) => (extension.uri === URI ? { ...extension, direction: 'sendrecv' } : extension)),
  );
}
