import type { Transport } from '../native/addon.ts';
import { streamOf } from './route-address.ts';
import type { Session } from './session.ts';

/** Addresses one client may check from at a time; a full agent with both families and a relay has four. */
const MAXIMUM_ROUTES = 8;

/** The validated routes of a worker's sessions, and whose the streams among them are. */
export class SessionRoutes {
  readonly #transport: Transport;
  readonly #byStream = new Map<number, Session>();

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  sessionOfStream(stream: number): Session | undefined {
    return this.#byStream.get(stream);
  }

  /** The session may use this route; another one loses it. */
  add(session: Session, route: Uint8Array): void {
    const stream = streamOf(route);
    const owner = stream === undefined ? undefined : this.#byStream.get(stream);
    if (owner !== undefined && owner !== session) this.remove(owner, route);
    if (!session.routes.some((other) => isSame(other, route))) {
      session.routes.push(route);
      const oldest = session.routes.find((other) => other !== session.selectedRoute);
      if (session.routes.length > MAXIMUM_ROUTES && oldest !== undefined) this.remove(session, oldest);
    }
    if (stream !== undefined) this.#byStream.set(stream, session);
    this.#transport.addRoute(session.peer, route);
  }

  /** Sends by this route from now on. */
  select(session: Session, route: Uint8Array): void {
    this.#transport.selectRoute(session.peer, route);
    session.selectedRoute = route;
  }

  remove(session: Session, route: Uint8Array): void {
    const index = session.routes.findIndex((other) => isSame(other, route));
    if (index < 0) return;
    session.routes.splice(index, 1);
    if (session.selectedRoute !== undefined && isSame(session.selectedRoute, route)) session.selectedRoute = undefined;
    this.#forgetStream(route);
    this.#transport.removeRoute(route);
  }

  /** Removes all routes, as a restart of ICE does. */
  removeAll(session: Session): void {
    for (const route of session.routes.splice(0)) {
      this.#forgetStream(route);
      this.#transport.removeRoute(route);
    }
  }

  /** The session's peer is closed, and its routes with it. */
  peerClosed(session: Session): void {
    for (const route of session.routes) this.#forgetStream(route);
  }

  #forgetStream(route: Uint8Array): void {
    const stream = streamOf(route);
    if (stream !== undefined) this.#byStream.delete(stream);
  }
}

function isSame(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0;
}
