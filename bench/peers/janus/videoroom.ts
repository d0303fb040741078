/** Janus' API (JSON over HTTP) as far as a room of its videoroom plugin needs it. */
import { randomUUID } from 'node:crypto';

/** A room of janus.plugin.videoroom.jcfg. */
const ROOM = 1234;

interface Jsep {
  type: 'offer' | 'answer';
  sdp: string;
}

interface JanusMessage {
  janus: string;
  sender?: number;
  data?: { id: number };
  jsep?: Jsep;
  plugindata?: { data: { error?: string; id?: number; videoroom?: string } };
}

/** One session of Janus with any number of handles. */
export class Videoroom {
  readonly #url: string;
  readonly #waiting = new Map<number, (message: JanusMessage) => void>();
  /** The publisher's id in the room. */
  #feed = 0;

  private constructor(url: string) {
    this.#url = url;
  }

  /** Opens a session; throws while Janus does not answer. */
  static async open(origin: string): Promise<Videoroom> {
    const { data } = await post(`${origin}/janus`, { janus: 'create' });
    const room = new Videoroom(`${origin}/janus/${data?.id ?? 0}`);
    void room.#poll();
    return room;
  }

  /** Publishes what an offer has; returns the answer. */
  async publish(sdp: string): Promise<string> {
    const handle = await this.#attach();
    const joined = await this.#send(handle, { request: 'join', ptype: 'publisher', room: ROOM });
    this.#feed = joined.plugindata?.data.id ?? 0;
    const published = await this.#send(handle, { request: 'publish' }, { type: 'offer', sdp });
    return published.jsep?.sdp ?? '';
  }

  /** Plays to a viewer: `answer` turns Janus' offer into the answer that the viewer would give. Returns the offer. */
  async play(answer: (offer: string) => string): Promise<string> {
    const handle = await this.#attach();
    const streams = [{ feed: this.#feed }];
    const attached = await this.#send(handle, { request: 'join', ptype: 'subscriber', room: ROOM, streams });
    const offer = attached.jsep?.sdp ?? '';
    await this.#send(handle, { request: 'start' }, { type: 'answer', sdp: answer(offer) });
    return offer;
  }

  async #attach(): Promise<number> {
    const { data } = await post(this.#url, { janus: 'attach', plugin: 'janus.plugin.videoroom' });
    return data?.id ?? 0;
  }

  /** Sends a request to a handle and waits for its event. */
  async #send(handle: number, body: object, jsep?: Jsep): Promise<JanusMessage> {
    const event = new Promise<JanusMessage>((resolve) => this.#waiting.set(handle, resolve));
    await post(`${this.#url}/${handle}`, { janus: 'message', body, ...(jsep && { jsep }) });
    const message = await event;
    const error = message.plugindata?.data.error;
    if (error !== undefined) throw new Error(error);
    return message;
  }

  async #poll(): Promise<void> {
    for (;;) {
      const response = await fetch(`${this.#url}?maxev=20`);
      const messages = (await response.json()) as JanusMessage | JanusMessage[];
      for (const message of [messages].flat()) {
        if (message.janus !== 'event' || message.sender === undefined) continue;
        const resolve = this.#waiting.get(message.sender);
        this.#waiting.delete(message.sender);
        resolve?.(message);
      }
    }
  }
}

async function post(url: string, body: object): Promise<JanusMessage> {
  const response = await fetch(url, {
    method: 'POST',
    body: JSON.stringify({ ...body, transaction: randomUUID() }),
  });
  return (await response.json()) as JanusMessage;
}
