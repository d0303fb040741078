/** One stream of server-sent events (WHATWG HTML 9.2) of one viewer: which events it gets, and the response to write to. */
import { Readable } from 'node:stream';
import type { LayerSummary, RoomState } from '../sfu/room-service.ts';

/** Events that a stream can have, as the WHEP extension names them. */
export const EVENT_NAMES = ['active', 'inactive', 'layers', 'reconnect', 'viewercount'] as const;
export type EventName = (typeof EVENT_NAMES)[number];

/** A comment is sent this often, so that proxies keep a silent stream: ms. */
const HEARTBEAT_MS = 15_000;
/** A client that lets so many bytes wait has stopped reading; it may come back to the same stream. */
const MAXIMUM_BACKLOG_BYTES = 64 * 1024;

/** Says what changes, to one reader at a time; a new reader is told the present state first. */
export class EventStream {
  readonly #names: ReadonlySet<EventName>;
  /** The mid of the viewer's video section. */
  readonly #videoMid: string | undefined;
  #state: RoomState;
  #reader: Readable | undefined;
  #heartbeat: NodeJS.Timeout | undefined;

  constructor(names: ReadonlySet<EventName>, videoMid: string | undefined, state: RoomState) {
    this.#names = names;
    this.#videoMid = videoMid;
    this.#state = state;
  }

  /** The body of a response. An earlier response of this stream ends: its client has come again. */
  open(): Readable {
    this.#leave();
    const reader = new Readable({ read: () => undefined });
    this.#reader = reader;
    this.#heartbeat = setInterval(() => this.#write(': still here\n\n'), HEARTBEAT_MS).unref();
    reader.on('close', () => {
      if (this.#reader === reader) this.#leave();
    });
    // A first byte lets clients see that the stream stands.
    this.#write(': events follow\n\n');
    if (this.#state.active) this.#send('active', {});
    if (this.#state.layers.length > 0) this.#sendLayers(this.#state.layers);
    this.#send('viewercount', { viewercount: this.#state.viewerCount });
    return reader;
  }

  /** The room has changed. */
  update(state: RoomState): void {
    const before = this.#state;
    this.#state = state;
    if (state.active !== before.active) this.#send(state.active ? 'active' : 'inactive', {});
    if (!isEqual(state.layers, before.layers)) this.#sendLayers(state.layers);
    if (state.viewerCount !== before.viewerCount) this.#send('viewercount', { viewercount: state.viewerCount });
  }

  /** The server is about to end the session. */
  draining(): void {
    this.#send('reconnect', {});
  }

  /** Ends the response. */
  close(): void {
    this.#leave();
  }

  #sendLayers(layers: readonly LayerSummary[]): void {
    if (this.#videoMid !== undefined) this.#send('layers', { [this.#videoMid]: describeLayers(layers) });
  }

  #send(event: EventName, data: unknown): void {
    if (this.#names.has(event)) this.#write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
  }

  #write(text: string): void {
    const reader = this.#reader;
    if (reader === undefined) return;
    reader.push(text);
    if (reader.readableLength <= MAXIMUM_BACKLOG_BYTES) return;
    this.#leave();
    reader.destroy();
  }

  #leave(): void {
    clearInterval(this.#heartbeat);
    this.#reader?.push(null);
    this.#reader = undefined;
  }
}

/** What is sent of a section: the layers that arrive, those that do not, and those to choose from. */
function describeLayers(layers: readonly LayerSummary[]): object {
  const describe = ({ rid, width, height, bitrate, scalable }: LayerSummary): object => ({
    ...(rid === undefined ? {} : { id: rid, encodingId: rid, rid }),
    ...(width === undefined ? {} : { width, height }),
    bitrate,
    ...(scalable.length === 0 ? {} : { layers: scalable }),
  });
  const active = layers.filter((layer) => layer.active);
  return {
    active: active.map(describe),
    inactive: layers.filter((layer) => !layer.active).map(({ rid }) => (rid === undefined ? {} : { id: rid, rid })),
    layers: active.flatMap(choices),
  };
}

/** What a viewer can ask for of a simulcast layer or an only stream. */
function choices({ rid, bitrate, scalable }: LayerSummary): object[] {
  const encoding = rid === undefined ? {} : { encodingId: rid };
  if (scalable.length > 0) return scalable.map((layer) => ({ ...encoding, ...layer }));
  return rid === undefined ? [] : [{ ...encoding, bitrate }];
}

function isEqual(layers: readonly LayerSummary[], others: readonly LayerSummary[]): boolean {
  return JSON.stringify(layers) === JSON.stringify(others);
}
