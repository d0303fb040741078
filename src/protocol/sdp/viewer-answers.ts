/** What offers to play come to, kept for the next offer of the same client program. */
import { negotiatePlay } from './negotiate.ts';
import { type OfferPattern, offerPattern } from './offer-pattern.ts';
import { parseOffer } from './parse-offer.ts';
import { parseFingerprint, parseIceCredentials } from './parse-transport.ts';
import type { Negotiation, Offer, SdpResult } from './types.ts';
import { type AnswerTemplate, type ServerDescription, answerTemplate } from './write-answer.ts';

/** Browsers, their versions and systems: the current ones of an audience are some dozens. */
const DEFAULT_MAX_ENTRIES = 128;
/** Of all offers together: Chromium's has 7000. */
const DEFAULT_MAX_CHARACTERS = 2 ** 20;
/** readDescription refuses more than twice as many; this leaves room for what a pattern does not show. */
const MAX_PATTERN_LINES = 1000;

/** A viewer's offer, judged, and its answer, which only lacks what is for this viewer alone. */
export interface ViewerAnswer {
  negotiation: Negotiation;
  template: AnswerTemplate;
}

export interface ViewerAnswersOptions {
  maxEntries?: number;
  /** Bounds memory: of the offers that are kept. */
  maxCharacters?: number;
}

/** The part of an offer that is one viewer's own. */
type OwnTransport = Pick<Offer, 'ice' | 'fingerprint'>;

/** Judges viewers' offers. Those that differ only in what is a viewer's own are parsed and negotiated once. */
export class ViewerAnswers {
  readonly #server: ServerDescription;
  readonly #maxEntries: number;
  readonly #maxCharacters: number;
  /** By the pattern's text, the one that was used longest ago first. */
  readonly #entries = new Map<string, ViewerAnswer>();
  #characters = 0;

  constructor(server: ServerDescription, options: ViewerAnswersOptions = {}) {
    this.#server = server;
    this.#maxEntries = options.maxEntries ?? DEFAULT_MAX_ENTRIES;
    this.#maxCharacters = options.maxCharacters ?? DEFAULT_MAX_CHARACTERS;
  }

  /** How many patterns are kept. */
  get size(): number {
    return this.#entries.size;
  }

  /** What all offers have in common that come to the same is one object in their negotiations. */
  answer(offer: string): SdpResult<ViewerAnswer> {
    const pattern = offerPattern(offer);
    const known = pattern && this.#entries.get(pattern.text);
    const own = known && ownTransport(pattern);
    if (pattern !== undefined && known !== undefined && own !== undefined) {
      this.#entries.delete(pattern.text);
      this.#entries.set(pattern.text, known);
      return { ok: true, value: withTransport(known, own) };
    }
    const judged = this.#judge(offer);
    if (judged.ok && pattern !== undefined) this.#keep(pattern.text, judged.value);
    return judged;
  }

  #judge(text: string): SdpResult<ViewerAnswer> {
    const offer = parseOffer(text);
    if (!offer.ok) return offer;
    const negotiation = negotiatePlay(withoutStreams(offer.value));
    if (!negotiation.ok) return negotiation;
    return {
      ok: true,
      value: { negotiation: negotiation.value, template: answerTemplate(negotiation.value, this.#server) },
    };
  }

  #keep(text: string, answer: ViewerAnswer): void {
    if (text.length > this.#maxCharacters || text.split('\n', MAX_PATTERN_LINES).length === MAX_PATTERN_LINES) return;
    this.#entries.set(text, answer);
    this.#characters += text.length;
    for (const oldest of this.#entries.keys()) {
      if (this.#entries.size <= this.#maxEntries && this.#characters <= this.#maxCharacters) return;
      this.#entries.delete(oldest);
      this.#characters -= oldest.length;
    }
  }
}

/** The SSRCs that a viewer would send with are of no use, and differ from viewer to viewer. */
function withoutStreams(offer: Offer): Offer {
  return { ...offer, media: offer.media.map((section) => ({ ...section, ssrcs: [], rtxSsrcs: new Map() })) };
}

/** Undefined where a value is malformed or unknown: what becomes of such an offer is parseOffer's to say. */
function ownTransport({ ufrag, password, fingerprint }: OfferPattern): OwnTransport | undefined {
  const section = {
    attributes: new Map([
      ['ice-ufrag', [ufrag.trim()]],
      ['ice-pwd', [password.trim()]],
      ['fingerprint', [fingerprint.trim()]],
    ]),
  };
  const ice = parseIceCredentials(section);
  const parsed = parseFingerprint(section);
  if (!ice.ok || !parsed.ok || ice.value === undefined || parsed.value === undefined) return undefined;
  return { ice: { ufrag: copy(ice.value.ufrag), password: copy(ice.value.password) }, fingerprint: parsed.value };
}

/** A part of a string holds the whole of it in memory. */
function copy(text: string): string {
  return Array.from(text).join('');
}

function withTransport({ negotiation, template }: ViewerAnswer, own: OwnTransport): ViewerAnswer {
  return { negotiation: { ...negotiation, offer: { ...negotiation.offer, ...own } }, template };
}
