/** A load process, as the bench sees it. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { setPriority } from 'node:os';
import { join } from 'node:path';
import type { LoadFigures, LoadReply, LoadRequest } from './protocol.ts';
import type { LoadShape } from './shape.ts';

export interface LoadProcessOptions {
  /** Meets a server on loopback at many addresses, so that many viewers share a socket: see SocketPool. */
  isSpread: boolean;
  /** Niceness, -20 to 19; a negative one takes rights, without which it stays 0. */
  niceness?: number;
  /** For Node itself. */
  nodeArguments?: readonly string[];
}

/** Forks a program of the bench. */
export function forkTypeScript(
  path: string,
  args: readonly string[] = [],
  nodeArguments: readonly string[] = [],
): ChildProcess {
  return fork(path, args, { execArgv: ['--import', 'tsx', ...nodeArguments] });
}

export class LoadProcess {
  readonly #child: ChildProcess;
  /** Rejects when the process ends. */
  readonly #ended: Promise<never>;

  constructor({ isSpread, niceness = 0, nodeArguments }: LoadProcessOptions) {
    this.#child = forkTypeScript(join(import.meta.dirname, 'main.ts'), isSpread ? ['spread'] : [], nodeArguments);
    this.#ended = once(this.#child, 'exit').then(([code, signal]) => {
      throw new Error(`a load process ended with ${code ?? signal}`);
    });
    this.#ended.catch(() => undefined);
    try {
      if (niceness !== 0) setPriority(this.pid, niceness);
    } catch {
      // Without the right it runs as all others do.
    }
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  async publish(url: string, shape: LoadShape): Promise<void> {
    await this.#ask({ type: 'publish', url, shape }, 'done');
  }

  /** Returns how long each join took, ms: to SRTP, or with `perSecond` to the first packet. */
  async play(url: string, count: number, perSecond?: number): Promise<number[]> {
    const pace = perSecond === undefined ? {} : { perSecond };
    return (await this.#ask({ type: 'play', url, count, ...pace }, 'joined')).times;
  }

  async leave(count: number): Promise<void> {
    await this.#ask({ type: 'leave', count }, 'done');
  }

  async report(isOn: boolean): Promise<void> {
    await this.#ask({ type: 'report', isOn }, 'done');
  }

  async reset(): Promise<void> {
    await this.#ask({ type: 'reset' }, 'done');
  }

  async count(): Promise<LoadFigures> {
    return (await this.#ask({ type: 'count' }, 'counted')).figures;
  }

  async end(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const exited = once(this.#child, 'exit');
    this.#child.disconnect();
    await exited;
  }

  async #ask<T extends LoadReply['type']>(request: LoadRequest, type: T): Promise<Extract<LoadReply, { type: T }>> {
    const replied = once(this.#child, 'message');
    this.#child.send(request);
    const [reply] = (await Promise.race([replied, this.#ended])) as [LoadReply];
    if (reply.type !== type) throw new Error(reply.type === 'failed' ? reply.message : `unexpected ${reply.type}`);
    return reply as Extract<LoadReply, { type: T }>;
  }
}
