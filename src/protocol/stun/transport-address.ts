import { formatIpAddress, parseIpAddress } from './ip-address.ts';
import { MAGIC_COOKIE, TRANSACTION_ID_BYTES } from './header.ts';

/** An IP address as text and a port, 0 to 65535. */
export interface TransportAddress {
  address: string;
  port: number;
}

const FAMILY_IPV4 = 1;
const FAMILY_IPV6 = 2;
/** A zero byte, the family and the port stand before the address (RFC 8489 14.1). */
const PREFIX_BYTES = 4;

/** Value of MAPPED-ADDRESS (RFC 8489 14.1); undefined where malformed. */
export function parseAddressValue(value: Uint8Array): TransportAddress | undefined {
  if (value.length < PREFIX_BYTES) return undefined;
  const view = new DataView(value.buffer, value.byteOffset, value.length);
  const bytes = value.subarray(PREFIX_BYTES);
  const family = value[1];
  if (!(family === FAMILY_IPV4 && bytes.length === 4) && !(family === FAMILY_IPV6 && bytes.length === 16)) {
    return undefined;
  }
  const address = formatIpAddress(bytes);
  return address === undefined ? undefined : { address, port: view.getUint16(2) };
}

/** Writes the value of MAPPED-ADDRESS. Throws where the address is not an IP address. */
export function writeAddressValue({ address, port }: TransportAddress): Uint8Array {
  const bytes = parseIpAddress(address);
  if (bytes === undefined) throw new TypeError(`Not an IP address: ${address}`);
  const value = new Uint8Array(PREFIX_BYTES + bytes.length);
  value[1] = bytes.length === 4 ? FAMILY_IPV4 : FAMILY_IPV6;
  new DataView(value.buffer).setUint16(2, port);
  value.set(bytes, PREFIX_BYTES);
  return value;
}

/** Value of XOR-MAPPED-ADDRESS (RFC 8489 14.2); undefined where malformed. */
export function parseXorAddressValue(value: Uint8Array, transactionId: Uint8Array): TransportAddress | undefined {
  return parseAddressValue(applyXor(value, transactionId));
}

/** Writes the value of XOR-MAPPED-ADDRESS. Throws where the address is not an IP address. */
export function writeXorAddressValue(address: TransportAddress, transactionId: Uint8Array): Uint8Array {
  return applyXor(writeAddressValue(address), transactionId);
}

/** The port is masked with the cookie's first half, the address with the cookie and the transaction id. */
function applyXor(value: Uint8Array, transactionId: Uint8Array): Uint8Array {
  const mask = new Uint8Array(PREFIX_BYTES + 4 + TRANSACTION_ID_BYTES);
  const view = new DataView(mask.buffer);
  view.setUint16(2, MAGIC_COOKIE >>> 16);
  view.setUint32(PREFIX_BYTES, MAGIC_COOKIE);
  mask.set(transactionId, PREFIX_BYTES + 4);
  return value.map((byte, index) => byte ^ (mask[index] ?? 0));
}
