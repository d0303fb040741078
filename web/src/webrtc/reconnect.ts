/**
 * When to open, check, restart and give up: the state machine of a session that comes back by itself. Pure: the time
 * (`now`, milliseconds) and chance (`random`, 0 to below 1) come in, the next state and one effect go out.
 *
 *   state       leaves on
 *   idle        start -> opening
 *   opening     connected -> connected; refused, closed, deadline -> waiting or failed
 *   connected   silent, closed -> checking; dead, networkChanged -> restarting
 *   checking    alive -> connected; gone -> waiting; dead, deadline -> restarting; refused -> waiting or failed
 *   restarting  connected -> connected; refused -> checking (404) or waiting; closed, deadline -> waiting
 *   waiting     deadline, networkChanged -> opening
 *   failed      start -> opening
 *   any         stop -> idle
 */
import type { Failure } from '../api/problem.ts';
import { retryDelay } from './backoff.ts';

/** Milliseconds for POST, ICE and DTLS together. */
const OPEN_TIME = 10_000;
/** Milliseconds for the question whether the session still exists. */
const CHECK_TIME = 9_000;
/** Milliseconds for PATCH and the new ICE checks. */
const RESTART_TIME = 4_000;
/** A connection that held this long (milliseconds) starts its next series of tries from the beginning. */
const STEADY_TIME = 10_000;

interface Common {
  /** Tries since the last steady connection. */
  attempt: number;
  /** True once a connection stood: what follows is a reconnection. */
  again: boolean;
}

export type LinkState =
  | ({ phase: 'idle' } & Common)
  | ({ phase: 'opening'; deadline: number } & Common)
  | ({ phase: 'connected'; since: number } & Common)
  /** `over`: the connection itself has ended, so a session that still exists is of no use. */
  | ({ phase: 'checking'; since: number; deadline: number; over: boolean } & Common)
  | ({ phase: 'restarting'; since: number; deadline: number } & Common)
  | ({ phase: 'waiting'; deadline: number; failure: Failure | undefined } & Common)
  | ({ phase: 'failed'; failure: Failure } & Common);

export type LinkEvent =
  | { type: 'start' }
  | { type: 'stop' }
  /** ICE and DTLS stand, for the first time or again after a restart. */
  | { type: 'connected' }
  /** Nothing arrives any more, though ICE has not noticed anything. */
  | { type: 'silent' }
  /** ICE is disconnected and nothing arrives. */
  | { type: 'dead' }
  /** The connection failed or the other side closed it. */
  | { type: 'closed' }
  /** The server still has the session. */
  | { type: 'alive' }
  /** The server does not have the session any more. */
  | { type: 'gone' }
  /** A request (open, probe or restart) failed. */
  | { type: 'refused'; failure: Failure }
  /** The machine is on another network, or back on one. */
  | { type: 'networkChanged' }
  /** Time has passed. */
  | { type: 'tick' };

/** What to do: open a new session in place of any old one, ask for the old one, restart its ICE, or end it. */
export type LinkEffect = 'open' | 'probe' | 'restart' | 'close';

export interface LinkStep {
  state: LinkState;
  effect: LinkEffect | undefined;
}

/** The state before anything was asked for. */
export const IDLE: LinkState = { phase: 'idle', attempt: 0, again: false };

/** When `tick` is due; undefined where nothing is. */
export function linkDeadline(state: LinkState): number | undefined {
  return 'deadline' in state ? state.deadline : undefined;
}

/** The next state and what to do now. Events that mean nothing in a state leave it as it is. */
export function step(state: LinkState, event: LinkEvent, now: number, random: number): LinkStep {
  if (event.type === 'stop') return { state: IDLE, effect: 'close' };
  switch (state.phase) {
    case 'idle':
    case 'failed':
      return event.type === 'start' ? open({ attempt: 0, again: false }, now) : stay(state);
    case 'opening':
      return inOpening(state, event, now, random);
    case 'connected':
      return inConnected(state, event, now);
    case 'checking':
      return inChecking(state, event, now, random);
    case 'restarting':
      return inRestarting(state, event, now, random);
    case 'waiting':
      return event.type === 'networkChanged' || isDue(state, event, now) ? open(state, now) : stay(state);
  }
}

function inOpening(state: LinkState & { phase: 'opening' }, event: LinkEvent, now: number, random: number): LinkStep {
  if (event.type === 'connected') {
    return { state: { phase: 'connected', since: now, attempt: state.attempt, again: true }, effect: undefined };
  }
  if (event.type === 'refused') return fail(state, event.failure, now, random);
  if (event.type === 'closed' || isDue(state, event, now)) return fail(state, { kind: 'blocked' }, now, random);
  return stay(state);
}

function inConnected(state: LinkState & { phase: 'connected' }, event: LinkEvent, now: number): LinkStep {
  switch (event.type) {
    case 'silent':
      return check(state, false, now);
    case 'closed':
      return check(state, true, now);
    case 'dead':
    case 'networkChanged':
      return restart(state, now);
    default:
      return stay(state);
  }
}

function inChecking(state: LinkState & { phase: 'checking' }, event: LinkEvent, now: number, random: number): LinkStep {
  switch (event.type) {
    case 'alive':
      if (state.over) return reopen(state, now, random);
      return { state: { ...common(state), phase: 'connected', since: state.since }, effect: undefined };
    case 'gone':
      return reopen(state, now, random);
    case 'closed':
      return { state: { ...state, over: true }, effect: undefined };
    case 'refused':
      return fail(state, event.failure, now, random);
    case 'dead':
      return state.over ? stay(state) : restart(state, now);
    default:
      if (!isDue(state, event, now)) return stay(state);
      return state.over ? reopen(state, now, random) : restart(state, now);
  }
}

function inRestarting(
  state: LinkState & { phase: 'restarting' },
  event: LinkEvent,
  now: number,
  random: number,
): LinkStep {
  if (event.type === 'connected') {
    return { state: { ...common(state), phase: 'connected', since: state.since }, effect: undefined };
  }
  if (event.type === 'refused') {
    if (event.failure.status === 404 || event.failure.status === 410) return check(state, true, now);
    return event.failure.kind === 'unreachable' ? fail(state, event.failure, now, random) : reopen(state, now, random);
  }
  return event.type === 'closed' || isDue(state, event, now) ? reopen(state, now, random) : stay(state);
}

function stay(state: LinkState): LinkStep {
  return { state, effect: undefined };
}

function open(before: Common, now: number): LinkStep {
  return { state: { ...common(before), phase: 'opening', deadline: now + OPEN_TIME }, effect: 'open' };
}

function check(before: Common & { since: number }, over: boolean, now: number): LinkStep {
  const state = {
    ...common(before),
    phase: 'checking' as const,
    since: before.since,
    deadline: now + CHECK_TIME,
    over,
  };
  return { state, effect: 'probe' };
}

function restart(before: Common & { since: number }, now: number): LinkStep {
  const state = { ...common(before), phase: 'restarting' as const, since: before.since, deadline: now + RESTART_TIME };
  return { state, effect: 'restart' };
}

/** A new session soon: the first one of a series almost at once. */
function reopen(before: Common & { since: number }, now: number, random: number): LinkStep {
  const attempt = now - before.since >= STEADY_TIME ? 0 : before.attempt;
  const deadline = now + retryDelay(attempt, random, undefined);
  return {
    state: { phase: 'waiting', deadline, failure: undefined, attempt: attempt + 1, again: true },
    effect: undefined,
  };
}

function fail(before: Common, failure: Failure, now: number, random: number): LinkStep {
  if (isFinal(failure, before.again))
    return { state: { ...common(before), phase: 'failed', failure }, effect: 'close' };
  const attempt = before.attempt + 1;
  const deadline = now + retryDelay(attempt, random, failure.retryAfterSeconds);
  return { state: { phase: 'waiting', deadline, failure, attempt, again: before.again }, effect: 'close' };
}

/** Whether trying again by itself would not help. A room still taken after a break is most likely our own old session. */
function isFinal(failure: Failure, again: boolean): boolean {
  if (failure.kind === 'replaced') return true;
  if (failure.kind !== 'refused' || failure.status === undefined) return false;
  if (failure.code === 'room_taken') return !again;
  return failure.status >= 400 && failure.status < 500 && ![408, 409, 425, 429].includes(failure.status);
}

function isDue(state: LinkState & { deadline: number }, event: LinkEvent, now: number): boolean {
  return event.type === 'tick' && now >= state.deadline;
}

function common(state: Common): Common {
  return { attempt: state.attempt, again: state.again };
}
