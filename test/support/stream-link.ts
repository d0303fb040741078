/** A TCP connection under a transport: what an active ICE-TCP candidate (RFC 6544) is to a client. */
import { connect, type Socket } from 'node:net';
import { BATCH_DATAGRAMS, MAXIMUM_DATAGRAM_BYTES, STREAM_ENTRY, type Transport } from '../../src/native/addon.ts';
import { StreamFrameReader } from '../../src/protocol/framing/stream-frames.ts';
import { streamRoute } from '../../src/worker/route-address.ts';

/** A client has one connection. */
const STREAM = 1;

export class StreamLink {
  readonly socket: Socket;
  readonly route: Uint8Array;

  constructor(transport: Transport, address: string, port: number) {
    this.route = streamRoute({ address, port }, STREAM) ?? new Uint8Array();
    const reader = new StreamFrameReader(MAXIMUM_DATAGRAM_BYTES);
    this.socket = connect({ host: address, port, noDelay: true });
    this.socket.on('error', () => undefined);
    this.socket.on('data', (chunk: Buffer) => {
      const frames = reader.read(chunk);
      const { bytes, datagrams } = frames ?? { bytes: chunk, datagrams: [] };
      for (let index = 0; index < datagrams.length; index += 2 * BATCH_DATAGRAMS) {
        const pairs = Uint32Array.from(datagrams.slice(index, index + 2 * BATCH_DATAGRAMS));
        transport.receiveFromStream(this.route, bytes, pairs, pairs.length / 2);
      }
    });
  }

  /** Sends what onStreamData brings; all of it is for the one connection. */
  deliver(data: Uint8Array): void {
    const view = new DataView(data.buffer, data.byteOffset, data.length);
    const length = view.getUint32(STREAM_ENTRY.length, new Uint8Array(Uint16Array.of(1).buffer)[0] === 1);
    this.socket.write(data.subarray(STREAM_ENTRY.headerBytes, STREAM_ENTRY.headerBytes + length));
  }
}
