/** One RTCPeerConnection and its WHIP or WHEP session, from POST to DELETE. It lives once; a new try is a new object. */
import { restartedAnswer, restartFragment } from '../api/ice-fragment.ts';
import { CallError, failureOf } from '../api/problem.ts';
import { createSession, deleteSession, restartSession, sessionExists, type SessionResource } from '../api/session.ts';

export interface PeerSessionOptions {
  endpoint: string;
  token: string;
  /** Adds tracks or transceivers before the offer is made. */
  prepare: (connection: RTCPeerConnection) => void;
  /** Changes the answer before the browser takes it. */
  adaptAnswer?: ((answer: string) => string) | undefined;
  /** The server has made a session; the signal tells when it is over. */
  onOpened?: ((resource: SessionResource, ended: AbortSignal) => void) | undefined;
  /** ICE and DTLS stand. */
  onConnected: () => void;
  /** The connection failed or the server ended it. */
  onClosed: () => void;
}

/** Milliseconds for the POST, which may have to wait for a media worker. */
const OPEN_REQUEST_TIME = 8_000;
/** Milliseconds for a PATCH or GET on the session. */
const SESSION_REQUEST_TIME = 3_500;

export class PeerSession {
  readonly connection = new RTCPeerConnection({ bundlePolicy: 'max-bundle' });
  readonly #options: PeerSessionOptions;
  readonly #life = new AbortController();
  #ended = false;
  #url: string | undefined;

  constructor(options: PeerSessionOptions) {
    this.#options = options;
    options.prepare(this.connection);
    const report = (): void => this.#reportState();
    this.connection.addEventListener('connectionstatechange', report);
    this.connection.addEventListener('iceconnectionstatechange', report);
  }

  /** Posts the offer and takes the answer. The connection itself stands later: onConnected. */
  async open(): Promise<void> {
    const { endpoint, token } = this.#options;
    const offer = await this.connection.createOffer();
    const resource = await createSession(endpoint, offer.sdp ?? '', token, AbortSignal.timeout(OPEN_REQUEST_TIME));
    this.#url = resource.url;
    if (this.#ended) {
      deleteSession(resource.url, token);
      return;
    }
    // The offer becomes the local description only now, so that gathering starts with the servers of the answer.
    if (resource.iceServers.length > 0 && 'setConfiguration' in this.connection) {
      this.connection.setConfiguration({ ...this.connection.getConfiguration(), iceServers: resource.iceServers });
    }
    await this.connection.setLocalDescription(offer);
    const answer = this.#options.adaptAnswer?.(resource.answer) ?? resource.answer;
    await this.connection.setRemoteDescription({ type: 'answer', sdp: answer });
    this.#watchTransport();
    if (!this.#life.signal.aborted) this.#options.onOpened?.(resource, this.#life.signal);
  }

  /** Restarts ICE by PATCH (RFC 9725 4.3.3); rejects where the server refuses. */
  async restart(): Promise<void> {
    const url = this.#url;
    const answer = this.connection.currentRemoteDescription?.sdp;
    const offer = await this.connection.createOffer({ iceRestart: true });
    const fragment = restartFragment(offer.sdp ?? '');
    if (url === undefined || answer === undefined || fragment === undefined) throw new CallError({ kind: 'blocked' });
    const ice = await restartSession(url, fragment, this.#options.token, AbortSignal.timeout(SESSION_REQUEST_TIME));
    await this.connection.setLocalDescription(offer);
    await this.connection.setRemoteDescription({ type: 'answer', sdp: restartedAnswer(answer, ice) });
    this.#reportState();
  }

  /** Whether the server still has this session; rejects where it does not answer, or where a moderator has ended it. */
  async exists(): Promise<boolean> {
    if (this.#url === undefined) return false;
    const url = this.#url;
    // What is not there any more needs no DELETE.
    this.#url = undefined;
    try {
      const exists = await sessionExists(url, this.#options.token, AbortSignal.timeout(SESSION_REQUEST_TIME));
      if (exists) this.#url = url;
      return exists;
    } catch (error) {
      if (failureOf(error).code !== 'session_removed') this.#url = url;
      throw error;
    }
  }

  /** Ends everything, here and at the server; a second call does nothing. */
  close(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#life.abort();
    this.connection.close();
    if (this.#url !== undefined) deleteSession(this.#url, this.#options.token);
  }

  #reportState(): void {
    if (this.#ended) return;
    const { connectionState, iceConnectionState } = this.connection;
    const iceStands = iceConnectionState === 'connected' || iceConnectionState === 'completed';
    if (connectionState === 'connected' && iceStands) this.#options.onConnected();
    if (connectionState === 'failed' || connectionState === 'closed') this.#options.onClosed();
  }

  /** A DTLS close_notify ends the transport while ICE still stands: the fastest news that the server left. */
  #watchTransport(): void {
    const [transceiver] = this.connection.getTransceivers();
    const transport = transceiver?.sender.transport ?? transceiver?.receiver.transport;
    transport?.addEventListener('statechange', () => {
      if (transport.state === 'closed' && !this.#ended) this.#options.onClosed();
    });
  }
}
