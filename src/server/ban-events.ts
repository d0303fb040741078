/** Tells which bans begin and end. */
import type { EventLog } from '../events/event-log.ts';
import type { Ban, Bans } from '../moderation/bans.ts';

/** Bans end by themselves, or are lifted: this often is looked, ms. */
const INTERVAL = 1000;

export class BanEvents {
  readonly #events: EventLog;
  readonly #bans: Bans;
  readonly #known = new Map<number, Ban>();
  readonly #unwatch: () => void;
  readonly #timer: NodeJS.Timeout;

  constructor(events: EventLog, bans: Bans) {
    this.#events = events;
    this.#bans = bans;
    for (const ban of bans.list(Date.now())) this.#known.set(ban.id, ban);
    this.#unwatch = bans.watch((ban) => {
      this.#known.set(ban.id, ban);
      this.#events.add('ban.created', ban.room ?? null, data(ban));
    });
    this.#timer = setInterval(() => this.look(Date.now()), INTERVAL).unref();
  }

  /** Tells the end of those that are no longer in force. Milliseconds since the epoch. */
  look(now: number): void {
    for (const ban of this.#known.values()) {
      if (this.#bans.get(ban.id, now) !== undefined) continue;
      this.#known.delete(ban.id);
      const lifted = ban.endsAt === undefined || ban.endsAt > now;
      this.#events.add('ban.ended', ban.room ?? null, { ...data(ban), lifted }, now);
    }
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#unwatch();
  }
}

function data({ id, subject, network, reason, createdBy, endsAt }: Ban) {
  const end = endsAt === undefined ? undefined : new Date(endsAt).toISOString();
  return { ban: id, subject, network: network?.text, reason, createdBy, endsAt: end };
}
