/**
 * The addon's interface (native/). It moves bytes and decides nothing: sockets in batches, DTLS, SRTP and the fan-out.
 * native/BATCH_LAYOUT.md describes the arrays that cross the border.
 */

/** Words (32 bit, unsigned) of one record in {@link Transport.records}. */
export const RECORD_WORDS = 8;

/** What a record tells; the value of its word 0. */
export const RECORD_KIND = {
  /** A STUN datagram. Word 4: where in `data` its route (ROUTE_BYTES) stands. Word 1: the peer bound to it, or 0. */
  stun: 1,
  /** A decrypted RTP packet of peer word 1. Words 4 to 7: see RECORD. */
  rtp: 2,
  /** A decrypted RTCP compound packet of peer word 1. */
  rtcp: 3,
  /** The DTLS handshake of peer word 1 is complete, SRTP runs. Word 4: the SRTP profile (RFC 5764 4.1.2, RFC 7714 14.2). */
  dtlsConnected: 4,
  /** The DTLS handshake of peer word 1 failed. Word 4: a DTLS_FAILURE. */
  dtlsFailed: 5,
  /** Peer word 1 sent close_notify or a fatal alert after the handshake. */
  dtlsClosed: 6,
} as const;

/** Index of each word in a record. */
export const RECORD = {
  kind: 0,
  peer: 1,
  /** First byte of the (decrypted) datagram in `data`. */
  offset: 2,
  /** Length in bytes after decryption: RTP header, extensions, payload and padding. */
  length: 3,
  /** RTP: SSRC. STUN: offset of the route in `data`. DTLS events: detail. */
  ssrc: 4,
  /** RTP: sequence number | payload type << 16 | marker << 23 | padding bit << 24. */
  sequence: 5,
  /** RTP: timestamp, in ticks of the codec's clock. */
  timestamp: 6,
  /** RTP: bytes of header, CSRCs and extension, so the offset of the payload within the packet. */
  headerLength: 7,
} as const;

/** Why a handshake failed. */
export const DTLS_FAILURE = { protocol: 1, fingerprint: 2, noSrtpProfile: 3 } as const;

/** A batch holds at most so many datagrams. */
export const BATCH_DATAGRAMS = 128;
/** A longer datagram is dropped. */
export const MAXIMUM_DATAGRAM_BYTES = 2008;

/**
 * Bytes of a route, the way that a datagram took. By UDP it is opaque to TypeScript but for the remote address and port;
 * routes of streams are made in TypeScript.
 */
export const ROUTE_BYTES = 40;

/** Layout of a route. Offsets in bytes. */
export const ROUTE = {
  /** 16 bytes, IPv4 mapped into IPv6. */
  remoteAddress: 0,
  /** 16 bytes, the same; of no meaning with a stream. */
  localAddress: 16,
  /** u16, network order. */
  remotePort: 32,
  /** u8: a ROUTE_PROTOCOL. */
  protocol: 34,
  /** u32, native order: the interface's index; for a stream its id, which is not 0 and not that of an earlier one. */
  stream: 36,
} as const;

export const ROUTE_PROTOCOL = { udp: 0, stream: 1 } as const;

/**
 * What onStreamData gets: entries one behind the other, each with two words in native order and then datagrams framed
 * for the stream (RFC 4571 2). Entries are not aligned.
 */
export const STREAM_ENTRY = {
  /** Word 0: the stream's id. */
  stream: 0,
  /** Word 1: bytes of the frames. */
  length: 4,
  headerBytes: 8,
} as const;

/** Layout of a fan-out row: one viewer of one track. Offsets in bytes; numbers in native byte order. */
export const ROW = {
  bytes: 80,
  /** u32: peer handle; 0 makes the row inactive. */
  peer: 0,
  /** u32: SSRC to write. */
  ssrc: 4,
  /** u32: added to the timestamp, modulo 2^32. */
  timestampOffset: 8,
  /** u16: added to the sequence number, modulo 2^16. */
  sequenceOffset: 12,
  /** u8: payload type to write. */
  payloadType: 14,
  /** u8: ROW_FLAG bits. */
  flags: 15,
  /** u8: id of the MID extension to write into every packet, 0 for none. */
  midExtensionId: 16,
  /** u8: length of the MID in bytes, at most 14. */
  midLength: 17,
  /** 14 bytes: the MID. */
  mid: 18,
  /** 16 x u8: index is the incoming extension id (1 to 14; 0 and 15 unused), value the id to write, 0 to leave out. */
  extensionMap: 32,
  /** u16: with ROW_FLAG.vp8, added to the picture id, modulo 2^15 or 2^7 as the packet's field has it (RFC 7741 4.2). */
  vp8PictureIdOffset: 48,
  /** u8: with ROW_FLAG.vp8, added to TL0PICIDX, modulo 2^8. */
  vp8Tl0PictureIndexOffset: 50,
  /**
   * u8: id of the extension that gets the peer's next transport-wide number in each packet, 0 for none. Numbers are
   * written once trackSends was called. They make packets that cannot be made again: such a row refuses retransmissions,
   * so the viewer needs RTX, and the id must not change while the row's SSRC is in use and packets may be resent.
   */
  transportSequenceId: 51,
  /** f64, written by the addon: packets handed to the kernel. */
  packetsSent: 56,
  /** f64, written by the addon: payload bytes of these, without header and padding (RFC 3550 6.4.1). */
  octetsSent: 64,
  /** f64, written by the addon: packets that the socket's full buffer or a missing key refused. */
  packetsDropped: 72,
} as const;

/** Bits of a row's flags. */
export const ROW_FLAG = {
  /** The viewer takes two-byte header extensions (a=extmap-allow-mixed, RFC 8285 6). */
  twoByteExtensions: 0x01,
  /** The packets are VP8 and their descriptors are rewritten; one that is malformed stays as it is. */
  vp8: 0x02,
} as const;

/**
 * The ring that {@link Transport.trackSends} returns. The entry of the packet with transport-wide number n is
 * `n % entries`; its first word tells whether it is that packet's still.
 */
export const SEND_RING = {
  entryWords: 3,
  /** Word 0: the number, with bit 16 set where the kernel took the packet. 0 where there was none yet. */
  sequence: 0,
  sent: 0x10000,
  /** Word 1: when it was sent, in microseconds of the clock given to trackSends, modulo 2^32. */
  time: 1,
  /** Word 2: bytes of the datagram, without the headers of UDP and IP. */
  bytes: 2,
} as const;

/** Index of each counter in {@link Transport.counters}; all count from the transport's start. */
export const COUNTER = {
  datagramsReceived: 0,
  bytesReceived: 1,
  datagramsSent: 2,
  bytesSent: 3,
  /** sendmmsg, sendmsg and sendto calls. */
  sendCalls: 4,
  /** Messages that carried more than one datagram by UDP segmentation offload. */
  segmentedSends: 5,
  /** Datagrams not sent because the socket's buffer was full. */
  droppedSocketFull: 6,
  /** Received datagrams of no known peer (not STUN). */
  droppedUnknownAddress: 7,
  /** Received datagrams that are too short, too long or of no known protocol. */
  droppedMalformed: 8,
  /** SRTP and SRTCP packets whose authentication failed. */
  authenticationFailures: 9,
  /** SRTP and SRTCP packets outside the replay window or seen before. */
  replays: 10,
  /** Datagrams that a send error other than a full buffer refused. */
  sendErrors: 11,
  /** Packets that would have used an SRTP index twice (RFC 3711 9.1) and were not sent. */
  reusedIndexes: 12,
  /** Received datagrams of a known peer that has no use for them: SRTP before or after its DTLS session, or the like. */
  droppedNotReady: 13,
  /** Datagrams not sent because their stream was blocked. */
  droppedStreamFull: 14,
  /** Microseconds for which handshakes held the event loop. */
  handshakeMicroseconds: 15,
  count: 16,
} as const;

/** SRTP protection profiles by their IANA number. */
export const SRTP_PROFILE = { aes128CmHmacSha1_80: 0x0001, aeadAes128Gcm: 0x0007 } as const;

export type SrtpProfile = (typeof SRTP_PROFILE)[keyof typeof SRTP_PROFILE];

/** A self-signed ECDSA P-256 certificate with its key. */
export interface Certificate {
  /** SHA-256 of the DER encoding, 32 bytes. */
  readonly fingerprint: Uint8Array;
}

export interface TransportOptions {
  /** Address to bind: '::' (both families where the system has IPv6), '0.0.0.0', or one address. */
  address: string;
  /** UDP port, 0 for any. */
  port: number;
  /** Wanted SO_RCVBUF in bytes. */
  receiveBufferBytes: number;
  /** Wanted SO_SNDBUF in bytes. */
  sendBufferBytes: number;
  certificate: Certificate;
  /** False forbids UDP segmentation offload; it is otherwise used where the kernel has it. */
  segmentationOffload?: boolean;
  /** SRTP profiles to offer and to accept, the preferred one first (RFC 5764 4.1.2); AEAD_AES_128_GCM, then SHA1_80. */
  srtpProfiles?: readonly SrtpProfile[];
  /** Called once a read with the number of records in `records`. `data` and `records` are valid until it returns. */
  onBatch: (recordCount: number) => void;
  /**
   * Allows routes that are streams, and takes what is to be written to them: see STREAM_ENTRY. Called at the end of a
   * read or call that sent to streams, before the call returns. The bytes are the callee's to keep.
   */
  onStreamData?: (data: Uint8Array) => void;
}

export interface PeerOptions {
  /** This side's DTLS role. */
  role: 'client' | 'server';
  /** Hash that the peer's SDP announced, lower case (RFC 8122 5), e.g. 'sha-256'. */
  fingerprintAlgorithm: string;
  /** The certificate's fingerprint from the peer's SDP. */
  fingerprint: Uint8Array;
}

/** One UDP socket, and streams that TypeScript keeps, with the peers behind them. */
export interface Transport {
  /** Bytes of the last batch. The same array for the transport's life. */
  readonly data: Uint8Array;
  /** Records of the last batch, RECORD_WORDS each. The same array for the transport's life. */
  readonly records: Uint32Array;
  /** See COUNTER. The same array for the transport's life. */
  readonly counters: Float64Array;
  readonly port: number;
  /** 4 where the socket is IPv4 only, 6 where it serves both. */
  readonly family: 4 | 6;

  /** Makes a peer and returns its handle, which is never 0 and is not used again soon. Throws where 65,535 exist. */
  createPeer(options: PeerOptions): number;
  /** Lets datagrams of this validated route reach the peer; a route belongs to one peer, the last one named. */
  addRoute(peer: number, route: Uint8Array): void;
  /** Datagrams of this route reach nobody any more. Nothing is sent to a stream any more whose route is removed. */
  removeRoute(route: Uint8Array): void;
  /** Sends to the peer by this route from now on. */
  selectRoute(peer: number, route: Uint8Array): void;
  /** Sends the first flight of the client role; does nothing in the server role or when called again. */
  startDtls(peer: number): void;
  /** Milliseconds to the next DTLS retransmission, 0 when due, -1 when none is pending. */
  dtlsTimeout(peer: number): number;
  /** Retransmits the last flight if it is due. */
  handleDtlsTimeout(peer: number): void;
  /** Sends close_notify where a handshake was complete, forgets keys and routes. Idempotent. */
  closePeer(peer: number): void;

  /**
   * From now on the peer's RTP packets are numbered across its streams (draft-holmer-rmcat-transport-wide-cc-
   * extensions-01) and noted in the ring that this returns, see SEND_RING: those of fan-out rows that have a
   * transportSequenceId, and those of sendRtp that carry an extension of this id and two bytes, which are overwritten.
   * `entries` is a power of two of 2 to 65,536; `now` the time of a monotonic clock in milliseconds, by which sends are
   * noted. Called again for the same peer, numbers go on in a new ring. Throws where the peer does not exist.
   */
  trackSends(peer: number, extensionId: number, entries: number, now: number): Uint32Array;

  /** Sends a datagram as it is (STUN). False where it could not be sent. */
  sendDatagram(route: Uint8Array, datagram: Uint8Array): boolean;
  /**
   * Encrypts one RTP packet and sends it. `retransmission` allows an SRTP index that was used before: the packet must
   * then be byte for byte the one first sent, so one that trackSends would number is refused. Padding is checked by
   * nobody and may be all there is behind the header (RFC 3550 5.1). False where it could not be sent.
   */
  sendRtp(peer: number, packet: Uint8Array, retransmission: boolean): boolean;
  /** Encrypts one RTCP compound packet and sends it. False where it could not be sent. */
  sendRtcp(peer: number, packet: Uint8Array): boolean;
  /**
   * Sends packets of one track to a range of viewers. `packets` holds an offset and a length in `source` for each
   * packet. `retransmission` as in sendRtp. Returns how many packets were handed to the kernel. Never blocks.
   */
  fanOut(
    source: Uint8Array,
    packets: Uint32Array,
    packetCount: number,
    rows: Uint8Array,
    firstRow: number,
    rowCount: number,
    retransmission: boolean,
  ): number;
  /**
   * Handles datagrams that came by a stream like a read of the socket, with onBatch where there is something to tell.
   * `datagrams` holds an offset and a length in `source` for each, `count` is at most BATCH_DATAGRAMS. Throws within
   * onBatch.
   */
  receiveFromStream(route: Uint8Array, source: Uint8Array, datagrams: Uint32Array, count: number): void;
  /** While a stream is blocked, what would go there is dropped. Unblock it when it is gone. */
  blockStream(stream: number, blocked: boolean): void;
  /** Peers that exist, for leak checks. */
  peerCount(): number;
  /** Closes all peers and the socket; onStreamData is called once more. Idempotent; other calls throw afterwards. */
  close(): void;
}
