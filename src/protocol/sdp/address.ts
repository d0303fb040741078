const IPV4_PART = /^(?:0|[1-9]\d{0,2})$/;

/** Whether the text is an IPv4 or IPv6 address: no name, no zone, no brackets (RFC 4291 2.2). */
export function isIpAddress(text: string): boolean {
  return isIpv4(text) || isIpv6(text);
}

function isIpv4(text: string): boolean {
  const parts = text.split('.');
  return parts.length === 4 && parts.every((part) => IPV4_PART.test(part) && Number(part) <= 255);
}

function isIpv6(text: string): boolean {
  if (text.length > 45) return false;
  const halves = text.split('::');
  if (halves.length > 2) return false;
  const [head = '', tail] = halves;
  const headGroups = countGroups(head, tail === undefined);
  const tailGroups = tail === undefined ? 0 : countGroups(tail, true);
  if (headGroups === undefined || tailGroups === undefined) return false;
  const groups = headGroups + tailGroups;
  return tail === undefined ? groups === 8 : groups <= 7;
}

/** 16-bit groups of a part between '::'; a dotted IPv4 address at the end counts as two. */
function countGroups(part: string, last: boolean): number | undefined {
  if (part === '') return 0;
  const groups = part.split(':');
  const dotted = last && isIpv4(groups.at(-1) ?? '');
  if (dotted) groups.pop();
  if (!groups.every((group) => /^[0-9A-Fa-f]{1,4}$/.test(group))) return undefined;
  return groups.length + (dotted ? 2 : 0);
}
