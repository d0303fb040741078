/** What the server tells a viewer of the broadcast: whether it is on, its sizes, and which one was chosen. */
import { computed, signal } from '@preact/signals';
import type { ServerEvent } from '../../api/event-parser.ts';
import { parseLayers, selectLayer, type Layer, type LayerRequest } from '../../api/layers.ts';
import { parseViewerCount } from '../../api/viewer-count.ts';
import { failureOf } from '../../api/problem.ts';
import { followEvents } from '../../api/session-events.ts';
import type { SessionResource } from '../../api/session.ts';
import type { Presence } from './player-state.ts';

export class BroadcastModel {
  readonly presence = signal<Presence>('unknown');
  /** Largest first. */
  readonly layers = signal<readonly Layer[]>([]);
  /** People who watch, this one among them; undefined until the server has told. */
  readonly viewers = signal<number | undefined>(undefined);
  /** What the viewer wants; undefined for the server's choice. */
  readonly #wanted = signal<Layer | undefined>(undefined);
  /** The layer that was chosen, where it is there at present. */
  readonly chosen = computed(() => this.layers.value.find(({ id }) => id === this.#wanted.value?.id));
  #select: ((layer: LayerRequest | undefined) => Promise<void>) | undefined;

  /** Follows a session until it ends; a choice made before holds in it. `onGone`: the server has lost the session. */
  follow({ eventsUrl, layerUrl }: SessionResource, token: string, ended: AbortSignal, onGone: () => void): void {
    this.#select = layerUrl === undefined ? undefined : (layer) => selectLayer(layerUrl, layer, token, ended);
    if (this.#wanted.peek() !== undefined) this.choose(this.#wanted.peek());
    if (eventsUrl === undefined || layerUrl === undefined) return;
    const names = ['active', 'inactive', 'layers', 'viewercount'];
    const onEvent = (event: ServerEvent): void => {
      if (!ended.aborted) this.#take(event);
    };
    const tellGone = (): void => {
      if (!ended.aborted) onGone();
    };
    void followEvents({ url: eventsUrl, token, names, onEvent, onGone: tellGone, signal: ended });
    ended.addEventListener('abort', () => (this.presence.value = 'unknown'));
  }

  /** Wants a layer, or the server's choice. */
  choose(layer: Layer | undefined): void {
    this.#wanted.value = layer;
    this.#select?.(layer?.request).catch((error: unknown) => {
      // Another broadcaster may have other layers.
      if (failureOf(error).code === 'no_such_layer' && this.#wanted.peek() === layer) this.#wanted.value = undefined;
    });
  }

  /** The viewer has stopped. */
  reset(): void {
    this.#select = undefined;
    this.#wanted.value = undefined;
    this.layers.value = [];
    this.viewers.value = undefined;
    this.presence.value = 'unknown';
  }

  #take({ event, data }: ServerEvent): void {
    if (event === 'active') this.presence.value = 'present';
    if (event === 'inactive') this.presence.value = 'away';
    if (event === 'layers') this.layers.value = parseLayers(data);
    if (event === 'viewercount') this.viewers.value = parseViewerCount(data);
  }
}
