import { isDeepStrictEqual } from 'node:util';
import {
  parseAbsoluteSendTime,
  parseAudioLevel,
  parseIdentifier,
  parseTransportSequence,
  parseVideoOrientation,
  writeAbsoluteSendTime,
  writeAudioLevel,
  writeIdentifier,
  writeTransportSequence,
  writeVideoOrientation,
} from '../../../src/protocol/rtp/extension-values.ts';
import { findExtension, readExtensions } from '../../../src/protocol/rtp/header-extensions.ts';
import {
  type RtpHeader,
  parseRtpHeader,
  rtpHeaderLength,
  rtpPayload,
  writeRtpPacket,
} from '../../../src/protocol/rtp/packet.ts';
import { unwrapRtx, wrapRtx } from '../../../src/protocol/rtp/rtx.ts';
import { readFixturePackets, readPackets } from '../corpus.ts';
import { type FuzzTarget, invariant } from '../target.ts';

const fields = { payloadType: 96, sequence: 0xffff, timestamp: 0xfffffff0, ssrc: 0x12345678 };
const payload = Uint8Array.of(0x90, 0x80, 0x80, 1, 0x10, 2, 0, 0x9d, 1, 0x2a);
const senderExtensions = [
  { id: 4, value: writeIdentifier('0') },
  { id: 10, value: writeIdentifier('hi') },
  { id: 3, value: writeTransportSequence(0xfffe) },
  { id: 2, value: writeAbsoluteSendTime(1234) },
  { id: 13, value: writeVideoOrientation({ backFacing: true, flipped: false, rotation: 90 }) },
  { id: 14, value: writeAudioLevel({ voice: true, level: 30 }) },
];

const corpus = [
  ...readPackets('rtp-vp8').slice(0, 3),
  ...readPackets('rtp-opus').slice(0, 1),
  ...readFixturePackets(/^chromium-.*\.rtp$/),
  writeRtpPacket({ ...fields, payload, extensions: senderExtensions, marker: true }),
  writeRtpPacket({ ...fields, payload, extensions: [{ id: 200, value: writeIdentifier('audio') }], paddingLength: 8 }),
  writeRtpPacket({ ...fields, payload, csrcs: [1, 0xffffffff], extensions: senderExtensions.slice(2) }),
  // What libwebrtc probes bandwidth with.
  writeRtpPacket({ ...fields, payload: new Uint8Array(0), extensions: senderExtensions, paddingLength: 224 }),
];

/** The header's fields that a rewritten packet keeps whatever form its extension takes. */
function identityOf(header: RtpHeader): unknown {
  return { ...header, headerLength: undefined, paddingLength: undefined };
}

function checkRewriting(packet: Uint8Array, header: RtpHeader): void {
  const extensions = readExtensions(packet);
  const payloadBytes = rtpPayload(packet, header);
  const { paddingLength } = header;
  const written = writeRtpPacket({ ...header, extensions, payload: payloadBytes, paddingLength });
  const again = parseRtpHeader(written);
  invariant(again !== undefined, 'what was parsed can be written and parsed');
  invariant(isDeepStrictEqual(identityOf(again), identityOf(header)), 'writing and parsing keeps the header');
  invariant(Buffer.compare(rtpPayload(written, again), payloadBytes) === 0, 'writing and parsing keeps the payload');
  invariant(isDeepStrictEqual(readExtensions(written), extensions), 'writing and parsing keeps the extensions');
}

function checkRetransmission(packet: Uint8Array, header: RtpHeader): void {
  const wrapped = wrapRtx(packet, { ssrc: 7, payloadType: 97, sequence: 8 });
  invariant(wrapped !== undefined, 'every packet can be retransmitted');
  const unwrapped = unwrapRtx(wrapped, header);
  const original = packet.slice(0, packet.length - header.paddingLength);
  original[0] = (original[0] ?? 0) & ~0x20;
  const hasPayload = original.length > header.headerLength;
  invariant(hasPayload === (unwrapped !== undefined), 'a retransmission with a payload holds a packet');
  invariant(unwrapped === undefined || Buffer.compare(unwrapped, original) === 0, 'a retransmission keeps the packet');
}

function checkExtensionValues(packet: Uint8Array, { headerLength }: RtpHeader): void {
  const seen = new Set<number>();
  for (const { id, value } of readExtensions(packet)) {
    invariant(id >= 1 && id <= 255, 'ids are 1 to 255');
    const end = value.byteOffset + value.length - packet.byteOffset;
    invariant(end <= headerLength, 'extensions end with the header');
    if (seen.has(id)) continue;
    seen.add(id);
    const found = findExtension(packet, id);
    invariant(found !== undefined && Buffer.compare(found, value) === 0, 'finding agrees with listing');
    const sendTime = parseAbsoluteSendTime(value);
    invariant(sendTime === undefined || (sendTime >= 0 && sendTime < 64_000), 'a send time is below 64 s');
    const identifier = parseIdentifier(value);
    invariant(identifier === undefined || Buffer.compare(writeIdentifier(identifier), value) === 0, 'ids are kept');
    parseTransportSequence(value);
    parseVideoOrientation(value);
    parseAudioLevel(value);
  }
  for (const id of [0, 1, 15, 16, 255])
    invariant(seen.has(id) === (findExtension(packet, id) !== undefined), 'no more');
}

export const RTP_TARGETS: readonly FuzzTarget[] = [
  {
    name: 'rtp',
    format: 'binary',
    corpus,
    run(input) {
      const header = parseRtpHeader(input);
      const headerLength = rtpHeaderLength(input);
      unwrapRtx(input, { ssrc: 1, payloadType: 96 });
      findExtension(input, 3);
      if (header === undefined) {
        invariant(wrapRtx(input, { ssrc: 1, payloadType: 97, sequence: 1 }) === undefined, 'only RTP is retransmitted');
        return `malformed ${headerLength !== undefined}`;
      }
      invariant(header.headerLength === headerLength, 'both ways to the length of the header agree');
      invariant(headerLength + header.paddingLength <= input.length, 'header and padding fit the packet');
      checkExtensionValues(input, header);
      checkRewriting(input, header);
      checkRetransmission(input, header);
      const forms = readExtensions(input).map(({ id, value }) => (id > 14 || value.length > 16 ? 'two-byte' : id));
      return `${header.csrcs.length > 0} ${header.paddingLength > 0} ${[...new Set(forms)].sort().join()}`;
    },
  },
];
