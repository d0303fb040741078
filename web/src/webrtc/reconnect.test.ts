import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Failure } from '../api/problem.ts';
import { IDLE, linkDeadline, step, type LinkEffect, type LinkEvent, type LinkState } from './reconnect.ts';

/** Runs events in a row, half a second apart where nothing else is said. */
class Run {
  state: LinkState = IDLE;
  now = 1_000;
  effects: LinkEffect[] = [];

  send(event: LinkEvent, after = 500): this {
    this.now += after;
    const { state, effect } = step(this.state, event, this.now, 0.5);
    this.state = state;
    if (effect !== undefined) this.effects.push(effect);
    return this;
  }

  /** Waits until the deadline of the state. */
  elapse(): this {
    return this.send({ type: 'tick' }, (linkDeadline(this.state) ?? this.now) - this.now);
  }

  get phase(): string {
    return this.state.phase;
  }
}

const refused = (failure: Partial<Failure>): LinkEvent => ({
  type: 'refused',
  failure: { kind: 'refused', ...failure },
});
const unreachable: LinkEvent = { type: 'refused', failure: { kind: 'unreachable' } };
const connected = (): Run => new Run().send({ type: 'start' }).send({ type: 'connected' });

describe('a session that a moderator has ended', () => {
  const removed = refused({ status: 410, code: 'session_removed' });

  it('is over, and is not opened again', () => {
    const run = connected().send({ type: 'closed' }).send(removed);
    expect(run.state).toMatchObject({ phase: 'failed', failure: { code: 'session_removed' } });
    expect(run.effects).toEqual(['open', 'probe', 'close']);
  });

  it('is found out about by an ICE restart too', () => {
    const run = connected().send({ type: 'dead' }).send(removed).send(removed);
    expect(run.phase).toBe('failed');
    expect(run.effects).toEqual(['open', 'restart', 'probe', 'close']);
  });
});

describe('a first connection', () => {
  it('opens and connects', () => {
    const run = connected();
    expect(run.phase).toBe('connected');
    expect(run.effects).toEqual(['open']);
  });

  it('waits and tries again while the server cannot be reached', () => {
    const run = new Run().send({ type: 'start' }).send(unreachable);
    expect(run.state).toMatchObject({ phase: 'waiting', again: false, failure: { kind: 'unreachable' } });
    run.elapse();
    expect(run.phase).toBe('opening');
    expect(run.effects).toEqual(['open', 'close', 'open']);
  });

  it.each([400, 401, 403, 404, 413, 415, 422])('gives up on a %i', (status) => {
    const run = new Run().send({ type: 'start' }).send(refused({ status }));
    expect(run.phase).toBe('failed');
    expect(run.effects).toEqual(['open', 'close']);
  });

  it.each([429, 500, 503])('tries again after a %i, not before Retry-After', (status) => {
    const run = new Run().send({ type: 'start' }).send(refused({ status, retryAfterSeconds: 20 }));
    expect(run.phase).toBe('waiting');
    expect(linkDeadline(run.state)).toBeGreaterThanOrEqual(run.now + 20_000);
  });

  it('waits for a publisher where the server does not let viewers wait', () => {
    const run = new Run().send({ type: 'start' }).send(refused({ status: 409, code: 'no_publisher' }));
    expect(run.phase).toBe('waiting');
  });

  it('says that no media gets through where the answer came but no connection', () => {
    const run = new Run().send({ type: 'start' }).elapse();
    expect(run.state).toMatchObject({ phase: 'waiting', failure: { kind: 'blocked' } });
  });

  it('starts again from a failure by hand only', () => {
    const run = new Run().send({ type: 'start' }).send(refused({ status: 401 }));
    expect(run.send({ type: 'networkChanged' }).send({ type: 'tick' }, 99_999).phase).toBe('failed');
    expect(run.send({ type: 'start' }).phase).toBe('opening');
  });
});

describe('a connection that is lost', () => {
  it('opens a new session at once where the server has lost the old one', () => {
    const run = connected().send({ type: 'silent' });
    expect(run.phase).toBe('checking');
    run.send({ type: 'gone' }, 50);
    expect(run.state).toMatchObject({ phase: 'waiting', again: true, failure: undefined });
    expect((linkDeadline(run.state) ?? 0) - run.now).toBeLessThanOrEqual(300);
    run.elapse();
    expect(run.effects).toEqual(['open', 'probe', 'open']);
  });

  it('stays where the session is alive: the broadcaster is only away', () => {
    const run = connected().send({ type: 'silent' }).send({ type: 'alive' });
    expect(run.phase).toBe('connected');
    expect(run.effects).toEqual(['open', 'probe']);
  });

  it('opens a new session though the old one is alive, where the connection has ended', () => {
    const run = connected().send({ type: 'closed' }).send({ type: 'alive' });
    expect(run.state).toMatchObject({ phase: 'waiting', again: true });
  });

  it('restarts ICE where the network is gone', () => {
    const run = connected().send({ type: 'dead' });
    expect(run.phase).toBe('restarting');
    expect(run.send({ type: 'connected' }).phase).toBe('connected');
    expect(run.effects).toEqual(['open', 'restart']);
  });

  it('restarts ICE on another network', () => {
    expect(connected().send({ type: 'networkChanged' }).effects).toEqual(['open', 'restart']);
  });

  it.each([412, 422, 428, 500])('opens a new session where the restart is refused with %i', (status) => {
    const run = connected().send({ type: 'dead' }).send(refused({ status }));
    expect(run.phase).toBe('waiting');
    expect(run.elapse().phase).toBe('opening');
  });

  it('asks who holds the room where the restart finds no session', () => {
    const run = connected()
      .send({ type: 'dead' })
      .send(refused({ status: 404 }));
    expect(run.effects).toEqual(['open', 'restart', 'probe']);
    expect(run.send({ type: 'gone' }).phase).toBe('waiting');
  });

  it('opens a new session where the restart leads nowhere', () => {
    const run = connected().send({ type: 'dead' }).elapse();
    expect(run.phase).toBe('waiting');
    expect(run.elapse().phase).toBe('opening');
  });

  it('does not take the room back from another broadcaster', () => {
    const replaced: LinkEvent = { type: 'refused', failure: { kind: 'replaced' } };
    const run = connected().send({ type: 'closed' }).send(replaced);
    expect(run.state).toMatchObject({ phase: 'failed', failure: { kind: 'replaced' } });
  });

  it('takes a taken room for its own old session only after it was connected', () => {
    const taken = refused({ status: 409, code: 'room_taken' });
    expect(new Run().send({ type: 'start' }).send(taken).phase).toBe('failed');
    expect(connected().send({ type: 'silent' }).send({ type: 'gone' }).elapse().send(taken).phase).toBe('waiting');
  });

  it('goes on at once when the network is back', () => {
    const run = connected().send({ type: 'silent' }).send(unreachable);
    expect(run.phase).toBe('waiting');
    expect(run.send({ type: 'networkChanged' }).phase).toBe('opening');
  });

  it('slows down while connections break at once, and forgets that after a steady one', () => {
    const delays = Array.from({ length: 4 }, () => 0);
    const run = connected();
    for (const index of delays.keys()) {
      run.send({ type: 'silent' }).send({ type: 'gone' }, 0);
      delays[index] = (linkDeadline(run.state) ?? 0) - run.now;
      run.elapse().send({ type: 'connected' });
    }
    expect(delays).toEqual([150, 375, 750, 1500]);
    run.send({ type: 'silent' }, 60_000).send({ type: 'gone' }, 0);
    expect((linkDeadline(run.state) ?? 0) - run.now).toBe(150);
  });
});

describe('any history', () => {
  const failures: Failure[] = [
    { kind: 'unreachable' },
    { kind: 'replaced' },
    { kind: 'refused', status: 401 },
    { kind: 'refused', status: 404 },
    { kind: 'refused', status: 409, code: 'room_taken' },
    { kind: 'refused', status: 503, retryAfterSeconds: 3 },
  ];
  const event: fc.Arbitrary<LinkEvent> = fc.oneof(
    fc
      .constantFrom('connected', 'silent', 'dead', 'closed', 'alive', 'gone', 'networkChanged', 'tick')
      .map((type) => ({ type })),
    fc.constantFrom(...failures).map((failure): LinkEvent => ({ type: 'refused', failure })),
  );
  const history = fc.array(fc.tuple(event, fc.integer({ min: 0, max: 15_000 })), { maxLength: 60 });

  it('leaves no state that waits for nothing, and each deadline leads on', () => {
    fc.assert(
      fc.property(history, (events) => {
        const run = new Run().send({ type: 'start' });
        for (const [next, after] of events) run.send(next, after);
        if (run.phase === 'connected' || run.phase === 'failed') return;
        expect(linkDeadline(run.state)).toBeDefined();
        const before = run.state;
        run.elapse();
        expect(run.state).not.toEqual(before);
      }),
    );
  });

  it('ends with stop', () => {
    fc.assert(
      fc.property(history, (events) => {
        const run = new Run().send({ type: 'start' });
        for (const [next, after] of events) run.send(next, after);
        run.send({ type: 'stop' });
        expect(run.state).toEqual(IDLE);
        expect(run.effects.at(-1)).toBe('close');
      }),
    );
  });
});
