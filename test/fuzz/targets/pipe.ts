import { isDeepStrictEqual } from 'node:util';
import { ByteWriter } from '../../../src/protocol/pipe/byte-writer.ts';
import { type PipeMessage, parseMessage, writeMessage } from '../../../src/protocol/pipe/control-messages.ts';
import { ControlReceiver } from '../../../src/protocol/pipe/control-stream.ts';
import { eachPacket, parseFrames, type PipeFrame, writeFrame } from '../../../src/protocol/pipe/frames.ts';
import { handshakeKey, parseRefusal, writeHello, writeRefusal } from '../../../src/protocol/pipe/handshake.ts';
import { PipeInitiator } from '../../../src/protocol/pipe/pipe-initiator.ts';
import { PipeResponder } from '../../../src/protocol/pipe/pipe-responder.ts';
import { type FuzzTarget, invariant } from '../target.ts';

const statistics = { datagramsSent: 7, datagramsReceived: 8 };
const facts = {
  ...{ track: 1, silence: 20, bitrate: 900_000, size: { width: 640, height: 360 } },
  ...{ keyframeAnswerTime: undefined, ignoresKeyframeRequests: true },
};
const FRAMES: PipeFrame[] = [
  { type: 'segment', offset: 9, bytes: Uint8Array.of(1, 2, 3) },
  { type: 'acknowledgment', offset: 12 },
  { type: 'ping', id: 1, statistics },
  { type: 'pong', id: 1, statistics },
  { type: 'packets', subscription: 1, track: 2, age: undefined, packets: Uint8Array.of(0, 2, 9, 9, 0, 1, 7) },
  { type: 'packets', subscription: 1, track: 2, age: 300, packets: Uint8Array.of(0, 1, 9) },
  { type: 'nack', subscription: 1, track: 2, sequences: [4, 65_535] },
  { type: 'facts', subscription: 1, tracks: [facts, { ...facts, size: undefined, keyframeAnswerTime: 40 }] },
];

const codec = {
  ...{ name: 'H264' as const, payloadType: 96, clockRate: 90_000, channels: 1, rtxPayloadType: 97 },
  ...{ parameters: { 'packetization-mode': '1' }, feedback: ['nack', 'nack pli'], red: undefined },
};
const media = [
  { kind: 'video' as const, mid: '1', rids: ['h', 'l'], codecs: [codec], extensions: [{ id: 3, uri: 'urn:x' }] },
];
const MESSAGES: PipeMessage[] = [
  { type: 'subscribe', subscription: 1, room: 'room' },
  { type: 'want', subscription: 1, track: 2, isWanted: true },
  { type: 'requestKeyframe', subscription: 1, track: 2 },
  { type: 'publication', subscription: 1, liveSince: 1.5e12, media },
  { type: 'publicationEnded', subscription: 1 },
  { type: 'track', subscription: 1, track: 2, section: 0, ssrc: 3, rid: 'h', payloadType: 96 },
  { type: 'senderClock', subscription: 1, track: 2, ntpTime: { seconds: 5, fraction: 6 }, rtpTimestamp: 7 },
];

function written<T>(value: T, write: (value: T, into: ByteWriter) => void): Uint8Array {
  const writer = new ByteWriter();
  write(value, writer);
  return writer.bytes.slice();
}

/** Ends of a pipe that get the input in each other's place. */
function ends(pipeKey: Uint8Array, sent: Uint8Array[]): { initiator: PipeInitiator; responder: PipeResponder<string> } {
  const randomBytes = (count: number): Uint8Array => new Uint8Array(count).fill(5);
  const ignore = (): undefined => undefined;
  const initiator = new PipeInitiator({
    ...{ pipeKey, datagramBytes: 1400, randomBytes, now: 0 },
    send: (datagram) => sent.push(datagram),
    ...{ onEstablished: ignore, onLost: ignore, onRefused: ignore },
  });
  const responder = new PipeResponder<string>({
    ...{ pipeKey, datagramBytes: () => 1400, randomBytes },
    send: (datagram) => sent.push(datagram),
    ...{ onDelivery: ignore, onEnded: ignore },
  });
  return { initiator, responder };
}

const pipeKey = new Uint8Array(32).fill(9);
const hello = writeHello({ sender: 0x05050505, nonce: new Uint8Array(16).fill(5) }, handshakeKey(pipeKey));
const answers: Uint8Array[] = [];
ends(pipeKey, answers).responder.receive(hello, 'a', 0);

export const PIPE_TARGETS: readonly FuzzTarget[] = [
  {
    name: 'pipe-frames',
    format: 'binary',
    corpus: FRAMES.map((frame) => written(frame, writeFrame)),
    run(input) {
      const frames = parseFrames(input);
      for (const frame of frames ?? []) {
        if (frame.type === 'packets') {
          eachPacket(frame.packets, (offset, length) => {
            invariant(offset + length <= frame.packets.length, 'a packet lies within the frame');
          });
        }
        invariant(isDeepStrictEqual(parseFrames(written(frame, writeFrame)), [frame]), 'a frame survives writing');
      }
      return frames?.map(({ type }) => type).join(' ');
    },
  },
  {
    name: 'pipe-messages',
    format: 'binary',
    corpus: MESSAGES.map((message) => written(message, writeMessage)),
    run(input) {
      const message = parseMessage(input);
      if (message === undefined) return undefined;
      invariant(isDeepStrictEqual(parseMessage(written(message, writeMessage)), message), 'a message survives writing');
      return message.type;
    },
  },
  {
    name: 'pipe-control-stream',
    format: 'binary',
    corpus: [Uint8Array.of(0, 0, 0, 1, 9, 0, 0, 0, 0), Uint8Array.of(0, 1, 0, 0)],
    run(input) {
      const whole = new ControlReceiver().receive({ offset: 0, bytes: input });
      const receiver = new ControlReceiver();
      const pieces: Uint8Array[] = [];
      for (let offset = 0; offset < input.length; offset++) {
        const messages = receiver.receive({ offset, bytes: input.subarray(offset, offset + 1) });
        if (messages === undefined) return 'too long';
        pieces.push(...messages);
      }
      invariant(isDeepStrictEqual(whole ?? [], pieces), 'cuts change nothing');
      return `${Math.min(pieces.length, 5)} messages`;
    },
  },
  {
    name: 'pipe-datagrams',
    format: 'binary',
    corpus: [hello, ...answers, writeRefusal({ receiver: 0x05050505, reason: 'key', supportedVersion: 1 })],
    run(input) {
      const sent: Uint8Array[] = [];
      const { initiator, responder } = ends(pipeKey, sent);
      initiator.receive(input, 1);
      invariant(sent.length === 0, 'an answer is not answered');
      responder.receive(input, 'a', 1);
      invariant(
        sent.every(({ length }) => length <= input.length),
        'no answer is longer than what it answers',
      );
      return `${parseRefusal(input)?.reason} ${sent.length} ${initiator.session !== undefined}`;
    },
  },
];
