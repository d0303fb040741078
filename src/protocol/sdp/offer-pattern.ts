/**
 * Offers of one client program to play differ in few lines. Without these they are one text, by which what the first of
 * them came to is found again.
 */

/** An offer to play without what is one viewer's own. */
export interface OfferPattern {
  /** All the rest, as it is. */
  text: string;
  /** The values of a=ice-ufrag, a=ice-pwd and a=fingerprint, each the same wherever it stands. */
  ufrag: string;
  password: string;
  fingerprint: string;
}

/** One of them is looked for at the beginning of each line but the first. */
const CREDENTIALS = { ufrag: '\na=ice-ufrag:', password: '\na=ice-pwd:', fingerprint: '\na=fingerprint:' } as const;
type Credential = keyof typeof CREDENTIALS;

/** Lines of which nothing is read in an offer to play: their values are left out. */
const UNREAD = ['\no=', '\nc=', '\na=rtcp:'] as const;
/** The same, of which a client writes as many as it has addresses and streams: they are left out whole. */
const UNREAD_LISTS = ['\na=candidate:', '\na=ssrc:', '\na=ssrc-group:'] as const;
/** Of their ports only 0 means something. */
const MEDIA_LINES = ['\nm=audio ', '\nm=video '] as const;

/** Readers of whole offers have limits: an offer close to them has no pattern. */
const MAX_LINE_LENGTH = 1000;
const MAX_CUTS = 100;

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const SPACE = 0x20;
const DIGIT_0 = 0x30;
const DIGIT_9 = 0x39;
const MAX_PORT_DIGITS = 5;

/** A part of the offer that is left out. */
interface Cut {
  from: number;
  to: number;
}

/** The pattern of an offer to play; undefined where it has none and must be read for itself. */
export function offerPattern(offer: string): OfferPattern | undefined {
  if (!offer.startsWith('v=') || hasLoneCarriageReturn(offer)) return undefined;
  const cuts: Cut[] = [];
  const ufrag = cutCredential(offer, 'ufrag', cuts);
  const password = cutCredential(offer, 'password', cuts);
  const fingerprint = cutCredential(offer, 'fingerprint', cuts);
  if (ufrag === undefined || password === undefined || fingerprint === undefined) return undefined;
  for (const start of UNREAD) cutValues(offer, start, cuts);
  for (const start of UNREAD_LISTS) cutLines(offer, start, cuts);
  for (const start of MEDIA_LINES) cutPorts(offer, start, cuts);
  if (cuts.length > MAX_CUTS) return undefined;
  const text = withoutCuts(offer, cuts);
  return text === undefined ? undefined : { text, ufrag, password, fingerprint };
}

/** Lines may also end with CR alone, which the search for lines above would not see. */
function hasLoneCarriageReturn(offer: string): boolean {
  for (let at = offer.indexOf('\r'); at >= 0; at = offer.indexOf('\r', at + 1)) {
    if (offer.charCodeAt(at + 1) !== LINE_FEED) return true;
  }
  return false;
}

/** The value of all lines of this name; undefined where there are none, or several values. */
function cutCredential(offer: string, name: Credential, cuts: Cut[]): string | undefined {
  const first = cuts.length;
  cutValues(offer, CREDENTIALS[name], cuts);
  let value: string | undefined;
  for (const { from, to } of cuts.slice(first)) {
    const other = offer.slice(from, to);
    if (value !== undefined && other !== value) return undefined;
    value = other;
  }
  return value;
}

function cutValues(offer: string, start: string, cuts: Cut[]): void {
  for (let at = offer.indexOf(start); at >= 0; at = offer.indexOf(start, at + 1)) {
    const from = at + start.length;
    cuts.push({ from, to: endOfLine(offer, from) });
  }
}

function cutLines(offer: string, start: string, cuts: Cut[]): void {
  for (let at = offer.indexOf(start); at >= 0; at = offer.indexOf(start, at + 1)) {
    const lineFeed = offer.indexOf('\n', at + 1);
    cuts.push({ from: at + 1, to: lineFeed < 0 ? offer.length : lineFeed + 1 });
  }
}

/** A port of another form stays, and so does 0. */
function cutPorts(offer: string, start: string, cuts: Cut[]): void {
  for (let at = offer.indexOf(start); at >= 0; at = offer.indexOf(start, at + 1)) {
    const from = at + start.length;
    let to = from;
    while (isDigit(offer.charCodeAt(to))) to++;
    const plain = to > from && to - from <= MAX_PORT_DIGITS && offer.charCodeAt(from) !== DIGIT_0;
    if (plain && offer.charCodeAt(to) === SPACE) cuts.push({ from, to });
  }
}

function isDigit(code: number): boolean {
  return code >= DIGIT_0 && code <= DIGIT_9;
}

/** Where the line ends that goes on from here. */
function endOfLine(offer: string, from: number): number {
  const lineFeed = offer.indexOf('\n', from);
  if (lineFeed < 0) return offer.length;
  return lineFeed > from && offer.charCodeAt(lineFeed - 1) === CARRIAGE_RETURN ? lineFeed - 1 : lineFeed;
}

function withoutCuts(offer: string, cuts: Cut[]): string | undefined {
  cuts.sort((a, b) => a.from - b.from);
  let text = '';
  let done = 0;
  for (const { from, to } of cuts) {
    if (to - from > MAX_LINE_LENGTH) return undefined;
    text += offer.slice(done, from);
    done = to;
  }
  return text + offer.slice(done);
}
