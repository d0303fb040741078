import { ServiceError } from '../errors.ts';
import type { Certificate, PeerOptions, Transport } from '../native/addon.ts';
import { IceAgent } from '../peer/ice-agent.ts';
import { negotiatePublish } from '../protocol/sdp/negotiate.ts';
import { parseOffer } from '../protocol/sdp/parse-offer.ts';
import type { Candidate, LocalStream, Negotiation, SdpResult } from '../protocol/sdp/types.ts';
import { ViewerAnswers } from '../protocol/sdp/viewer-answers.ts';
import { answerTemplate, type AnswerTemplate, type ServerDescription } from '../protocol/sdp/write-answer.ts';
import { Publisher } from '../sfu/publisher.ts';
import type { PublisherWarning } from '../sfu/publisher-warnings.ts';
import type { Room } from '../sfu/room.ts';
import type { SessionRole } from '../sfu/room-service.ts';
import type { SendHistory } from '../sfu/send-history.ts';
import { Subscriber } from '../sfu/subscriber.ts';
import type { Clock, Randomness } from './environment.ts';
import { SendRing } from './send-ring.ts';
import type { Participant, Session } from './session.ts';

/** Sends that are remembered for a viewer's feedback, a power of two: two seconds of 10 Mbit/s. */
const SEND_RING_ENTRIES = 2048;

export interface OpenRequest {
  role: SessionRole;
  room: string;
  sessionId: string;
  /** SDP. */
  offer: string;
  /** False: what a publisher sends is not recorded. */
  recorded?: boolean;
}

export interface SessionOpenerOptions {
  transport: Transport;
  certificate: Certificate;
  candidates: readonly Candidate[];
  /** The longest group of pictures to keep for new viewers, ms; 0 for none. */
  gopCacheMs: number;
  clock: Clock;
  randomness: Randomness;
  /** Told when a warning about a broadcast begins to hold, and when it no longer does. */
  onPublisherWarning?: (sessionId: string, room: string, warning: PublisherWarning, holds: boolean) => void;
}

/** Turns an offer into a session and its answer. */
export class SessionOpener {
  readonly #options: SessionOpenerOptions;
  readonly #server: ServerDescription;
  readonly #viewers: ViewerAnswers;

  constructor(options: SessionOpenerOptions) {
    this.#options = options;
    this.#server = { fingerprint: options.certificate.fingerprint, candidates: options.candidates };
    this.#viewers = new ViewerAnswers(this.#server);
  }

  /** Throws a ServiceError where the offer cannot be answered; nothing is left behind then. */
  open(request: OpenRequest, getRoom: (name: string) => Room): { session: Session; answer: string } {
    const { negotiation, template } = this.#negotiate(request);
    const { offer } = negotiation;
    const { transport, clock, randomness } = this.#options;
    const now = clock.now();
    const local = randomness.iceCredentials();
    const streams = request.role === 'play' ? this.#createStreams(negotiation) : [];
    const peer = createPeer(transport, {
      role: negotiation.dtlsRole,
      fingerprintAlgorithm: offer.fingerprint.algorithm,
      fingerprint: offer.fingerprint.value,
    });
    const room = getRoom(request.room);
    const session: Session = {
      id: request.sessionId,
      room,
      participant: this.#createParticipant(request, negotiation, streams, peer, room, now),
      negotiation,
      agent: new IceAgent({ local, remote: offer.ice, now }),
      peer,
      since: clock.wallClock(),
      openedAt: now,
      tag: randomness.tag(),
      state: 'connecting',
      routes: [],
      selectedRoute: undefined,
    };
    return { session, answer: template.fill({ sessionId: randomness.sdpSessionId(), ice: local, streams }) };
  }

  #negotiate({ role, offer }: OpenRequest): { negotiation: Negotiation; template: AnswerTemplate } {
    if (role === 'play') return accept(this.#viewers.answer(offer));
    const negotiation = accept(negotiatePublish(accept(parseOffer(offer))));
    return { negotiation, template: answerTemplate(negotiation, this.#server) };
  }

  #createParticipant(
    { role, sessionId }: OpenRequest,
    negotiation: Negotiation,
    streams: readonly LocalStream[],
    peer: number,
    room: Room,
    now: number,
  ): Participant {
    const { transport, randomness, gopCacheMs, onPublisherWarning } = this.#options;
    const sendRtcp = (packet: Uint8Array): boolean => transport.sendRtcp(peer, packet);
    switch (role) {
      case 'publish': {
        const ssrc = randomness.ssrc();
        const cname = randomness.name();
        const onWarning = (warning: PublisherWarning, holds: boolean): void => {
          onPublisherWarning?.(sessionId, room.name, warning, holds);
        };
        return { role, endpoint: new Publisher({ negotiation, ssrc, cname, sendRtcp, gopCacheMs, onWarning, now }) };
      }
      case 'play': {
        const sendRtp = (packet: Uint8Array): boolean => transport.sendRtp(peer, packet, false);
        const { fanOuts } = room;
        const trackSends = (extensionId: number, since: number): SendHistory =>
          new SendRing(transport.trackSends(peer, extensionId, SEND_RING_ENTRIES, since));
        const endpoint = new Subscriber({ negotiation, streams, peer, fanOuts, sendRtp, sendRtcp, trackSends, now });
        return { role, endpoint };
      }
    }
  }

  #createStreams(negotiation: Negotiation): LocalStream[] {
    const { randomness } = this.#options;
    const cname = randomness.name();
    const streamId = randomness.name();
    const used = new Set<number>();
    const ssrc = (): number => {
      let candidate = randomness.ssrc();
      while (used.has(candidate)) candidate = randomness.ssrc();
      used.add(candidate);
      return candidate;
    };
    return negotiation.media.map(({ codecs, offered }) => ({
      ssrc: ssrc(),
      rtxSsrc: codecs.some(({ rtxPayloadType }) => rtxPayloadType !== undefined) ? ssrc() : undefined,
      cname,
      streamId,
      trackId: `${streamId}-${offered.kind}`,
    }));
  }
}

/** A transport with as many peers as it can have is no fault of this server. */
function createPeer(transport: Transport, options: PeerOptions): number {
  try {
    return transport.createPeer(options);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw code === 'ERR_TOO_MANY_PEERS' ? new ServiceError('worker_overloaded') : error;
  }
}

function accept<T>(result: SdpResult<T>): T {
  if (result.ok) return result.value;
  throw new ServiceError(result.reason === 'malformed' ? 'malformed_sdp' : 'unservable_offer', {
    detail: result.detail,
  });
}
