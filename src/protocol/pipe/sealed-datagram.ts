import { readUint16, readUint32, writeUint16, writeUint32 } from '../../util/bytes.ts';
import { type DatagramCipher, NODE_DATAGRAM_CIPHER, TAG_BYTES } from './datagram-cipher.ts';
import { DATAGRAM, type DirectionKey, parseHead, PIPE_VERSION, writeHead } from './handshake.ts';
import { ReplayWindow } from './replay-window.ts';

const HEADER_BYTES = 12;
/** What a sealed datagram has besides its content, bytes. */
export const SEALED_OVERHEAD_BYTES = HEADER_BYTES + TAG_BYTES;

/** Encrypts the datagrams of one direction (AES-128-GCM); each has a counter of its own, so no nonce comes twice. */
export class DatagramSealer {
  readonly #key: DirectionKey;
  readonly #receiver: number;
  readonly #cipher: DatagramCipher;
  #counter = 0;

  /** `receiver`: the session as the other side numbers it. */
  constructor(key: DirectionKey, receiver: number, cipher = NODE_DATAGRAM_CIPHER) {
    this.#key = key;
    this.#receiver = receiver;
    this.#cipher = cipher;
  }

  /** Datagrams sealed so far. */
  get count(): number {
    return this.#counter;
  }

  seal(content: Uint8Array): Uint8Array {
    const datagram = new Uint8Array(HEADER_BYTES + content.length + TAG_BYTES);
    writeHead(datagram, DATAGRAM.sealed, this.#receiver);
    const counter = this.#counter++;
    writeUint16(datagram, 6, Math.floor(counter / 0x1_0000_0000));
    writeUint32(datagram, 8, counter >>> 0);
    datagram.set(content, HEADER_BYTES);
    this.#cipher.seal(this.#key.key, nonceOf(this.#key, datagram), datagram, HEADER_BYTES);
    return datagram;
  }
}

/** Decrypts the datagrams of one direction. */
export class DatagramOpener {
  readonly #key: DirectionKey;
  readonly #cipher: DatagramCipher;
  readonly #replays = new ReplayWindow();

  constructor(key: DirectionKey, cipher = NODE_DATAGRAM_CIPHER) {
    this.#key = key;
    this.#cipher = cipher;
  }

  /**
   * The content, decrypted where it stands in the datagram; undefined where that is no sealed one, not authentic, or was
   * opened before.
   */
  open(datagram: Uint8Array): Uint8Array | undefined {
    const head = parseHead(datagram);
    if (head?.version !== PIPE_VERSION || head.type !== DATAGRAM.sealed) return undefined;
    if (datagram.length < SEALED_OVERHEAD_BYTES) return undefined;
    const counter = readUint16(datagram, 6) * 0x1_0000_0000 + readUint32(datagram, 8);
    if (!this.#replays.isFresh(counter)) return undefined;
    if (!this.#cipher.open(this.#key.key, nonceOf(this.#key, datagram), datagram, HEADER_BYTES)) return undefined;
    this.#replays.note(counter);
    return datagram.subarray(HEADER_BYTES, datagram.length - TAG_BYTES);
  }
}

/** Four bytes of the key, two of zero, and the counter as it stands in the header. */
function nonceOf({ salt }: DirectionKey, datagram: Uint8Array): Uint8Array {
  const nonce = new Uint8Array(12);
  nonce.set(salt);
  nonce.set(datagram.subarray(6, HEADER_BYTES), 6);
  return nonce;
}
