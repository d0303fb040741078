/** Length of a CRC-32, the value of FINGERPRINT. */
export const FINGERPRINT_BYTES = 4;

/** RFC 8489 14.7: distinguishes the value from a CRC-32 that another protocol put there. */
const FINGERPRINT_MASK = 0x5354554e;

/** ITU V.42's polynomial, lowest bit first. */
const CRC32_POLYNOMIAL = 0xedb88320;
const CRC32_TABLE = Uint32Array.from({ length: 256 }, (_, index) => {
  let value = index;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ CRC32_POLYNOMIAL : value >>> 1;
  return value;
});

/** The value of a FINGERPRINT whose header stands at `offset`: over all bytes before it, unsigned. */
export function fingerprint(datagram: Uint8Array, offset: number): number {
  let crc = 0xffffffff;
  for (let index = 0; index < offset; index++) {
    crc = (CRC32_TABLE[(crc ^ (datagram[index] ?? 0)) & 0xff] ?? 0) ^ (crc >>> 8);
  }
  return (~crc ^ FINGERPRINT_MASK) >>> 0;
}
