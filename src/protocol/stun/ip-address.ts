/** IP addresses as text and as bytes. STUN writes bytes, SDP and the sockets write text. */

const IPV4_BYTES = 4;
const IPV6_BYTES = 16;
const IPV6_GROUPS = 8;
const IPV4_MAPPED_PREFIX = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff];

/**
 * The bytes of an address in network order: 4 for IPv4, 16 for IPv6, undefined where the text is neither.
 * An IPv4-mapped IPv6 address (RFC 4291 2.5.5.2), which a socket for both families reports, is the IPv4 address in it;
 * a zone ("%eth0") is dropped.
 */
export function parseIpAddress(text: string): Uint8Array | undefined {
  if (!text.includes(':')) return parseIpv4(text);
  const zone = text.indexOf('%');
  const bytes = parseIpv6(zone < 0 ? text : text.slice(0, zone));
  return bytes !== undefined && isIpv4Mapped(bytes) ? bytes.slice(IPV4_MAPPED_PREFIX.length) : bytes;
}

/** An address of 4 or 16 bytes as text (RFC 5952), an IPv4-mapped one as IPv4; undefined for any other length. */
export function formatIpAddress(bytes: Uint8Array): string | undefined {
  if (bytes.length === IPV4_BYTES) return bytes.join('.');
  if (bytes.length !== IPV6_BYTES) return undefined;
  if (isIpv4Mapped(bytes)) return bytes.subarray(IPV4_MAPPED_PREFIX.length).join('.');
  return formatIpv6(bytes);
}

function isIpv4Mapped(bytes: Uint8Array): boolean {
  return IPV4_MAPPED_PREFIX.every((value, index) => bytes[index] === value);
}

function parseIpv4(text: string): Uint8Array | undefined {
  const parts = text.split('.');
  if (parts.length !== IPV4_BYTES) return undefined;
  const bytes = new Uint8Array(IPV4_BYTES);
  for (const [index, part] of parts.entries()) {
    if (!/^(?:0|[1-9]\d{0,2})$/.test(part) || Number(part) > 255) return undefined;
    bytes[index] = Number(part);
  }
  return bytes;
}

/** The 16-bit groups of one side of "::", the last two possibly written as IPv4. */
function parseGroups(text: string): number[] | undefined {
  if (text === '') return [];
  const groups: number[] = [];
  const parts = text.split(':');
  for (const [index, part] of parts.entries()) {
    if (/^[0-9a-f]{1,4}$/i.test(part)) {
      groups.push(Number.parseInt(part, 16));
      continue;
    }
    const ipv4 = index === parts.length - 1 ? parseIpv4(part) : undefined;
    if (ipv4 === undefined) return undefined;
    const view = new DataView(ipv4.buffer);
    groups.push(view.getUint16(0), view.getUint16(2));
  }
  return groups;
}

function parseIpv6(text: string): Uint8Array | undefined {
  const sides = text.split('::');
  if (sides.length > 2) return undefined;
  const head = parseGroups(sides[0] ?? '');
  const tail = sides[1] === undefined ? [] : parseGroups(sides[1]);
  if (head === undefined || tail === undefined) return undefined;
  // IPv4 notation may only end an address, not stand before "::".
  if (sides.length === 2 && sides[0]?.includes('.')) return undefined;
  const missing = IPV6_GROUPS - head.length - tail.length;
  if (sides.length === 2 ? missing < 1 : missing !== 0) return undefined;
  const view = new DataView(new ArrayBuffer(IPV6_BYTES));
  for (const [index, group] of head.entries()) view.setUint16(2 * index, group);
  for (const [index, group] of tail.entries()) view.setUint16(2 * (head.length + missing + index), group);
  return new Uint8Array(view.buffer);
}

function formatIpv6(bytes: Uint8Array): string {
  const view = new DataView(bytes.buffer, bytes.byteOffset, IPV6_BYTES);
  const groups = Array.from({ length: IPV6_GROUPS }, (_, index) => view.getUint16(2 * index));
  const zeros = longestZeroRun(groups);
  const join = (part: readonly number[]): string => part.map((group) => group.toString(16)).join(':');
  // RFC 5952 4.2.2: "::" never stands for a single group.
  if (zeros.length < 2) return join(groups);
  return `${join(groups.slice(0, zeros.start))}::${join(groups.slice(zeros.start + zeros.length))}`;
}

/** RFC 5952 4.2.3: the longest run of zero groups, the first of equals. */
function longestZeroRun(groups: readonly number[]): { start: number; length: number } {
  let longest = { start: 0, length: 0 };
  let length = 0;
  for (const [index, group] of groups.entries()) {
    length = group === 0 ? length + 1 : 0;
    if (length > longest.length) longest = { start: index - length + 1, length };
  }
  return longest;
}
