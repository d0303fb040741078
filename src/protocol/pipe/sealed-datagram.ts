import { createCipheriv, createDecipheriv } from 'node:crypto';
import { readUint16, readUint32, writeUint16, writeUint32 } from '../../util/bytes.ts';
import { DATAGRAM, type DirectionKey, parseHead, PIPE_VERSION, writeHead } from './handshake.ts';
import { ReplayWindow } from './replay-window.ts';

const HEADER_BYTES = 12;
const TAG_BYTES = 16;
const CIPHER = 'aes-128-gcm';
/** What a sealed datagram has besides its content, bytes. */
export const SEALED_OVERHEAD_BYTES = HEADER_BYTES + TAG_BYTES;

/** Encrypts the datagrams of one direction (AES-128-GCM); each has a counter of its own, so no nonce comes twice. */
export class DatagramSealer {
  readonly #key: DirectionKey;
  readonly #receiver: number;
  #counter = 0;

  /** `receiver`: the session as the other side numbers it. */
  constructor(key: DirectionKey, receiver: number) {
    this.#key = key;
    this.#receiver = receiver;
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
    const cipher = createCipheriv(CIPHER, this.#key.key, nonceOf(this.#key, datagram));
    cipher.setAAD(datagram.subarray(0, HEADER_BYTES));
    datagram.set(cipher.update(content), HEADER_BYTES);
    cipher.final();
    datagram.set(cipher.getAuthTag(), HEADER_BYTES + content.length);
    return datagram;
  }
}

/** Decrypts the datagrams of one direction. */
export class DatagramOpener {
  readonly #key: DirectionKey;
  readonly #replays = new ReplayWindow();

  constructor(key: DirectionKey) {
    this.#key = key;
  }

  /** The content; undefined where the datagram is no sealed one, not authentic, or was opened before. */
  open(datagram: Uint8Array): Uint8Array | undefined {
    const head = parseHead(datagram);
    if (head?.version !== PIPE_VERSION || head.type !== DATAGRAM.sealed) return undefined;
    if (datagram.length < SEALED_OVERHEAD_BYTES) return undefined;
    const counter = readUint16(datagram, 6) * 0x1_0000_0000 + readUint32(datagram, 8);
    if (!this.#replays.isFresh(counter)) return undefined;
    const content = this.#decrypt(datagram);
    if (content !== undefined) this.#replays.note(counter);
    return content;
  }

  #decrypt(datagram: Uint8Array): Uint8Array | undefined {
    const end = datagram.length - TAG_BYTES;
    const decipher = createDecipheriv(CIPHER, this.#key.key, nonceOf(this.#key, datagram), {
      authTagLength: TAG_BYTES,
    });
    decipher.setAAD(datagram.subarray(0, HEADER_BYTES));
    decipher.setAuthTag(datagram.subarray(end));
    const content = decipher.update(datagram.subarray(HEADER_BYTES, end));
    try {
      decipher.final();
    } catch {
      return undefined;
    }
    return content;
  }
}

/** Four bytes of the key, two of zero, and the counter as it stands in the header. */
function nonceOf({ salt }: DirectionKey, datagram: Uint8Array): Uint8Array {
  const nonce = new Uint8Array(12);
  nonce.set(salt);
  nonce.set(datagram.subarray(6, HEADER_BYTES), 6);
  return nonce;
}
