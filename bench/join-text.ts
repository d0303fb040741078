/** The part of the bench that joins, in words. */
import type { Durations, JoinHoldOptions, JoinHoldResult } from './measure/join-holds.ts';
import type { JoinOptions, JoinResult } from './measure/joins.ts';
import { figure, textTable } from './text-table.ts';

/** 500 viewers in 5 s. */
export const JOINS: JoinOptions = { joins: 500, perSecond: 100 };

export const JOIN_HOLDS: JoinHoldOptions = { joins: 600, perSecond: 100, rounds: 3 };

/** Some lines. */
export function describeJoins(result: JoinResult): string {
  const { joins, perSecond, quiet, during } = result;
  return [
    `${joins} joins, ${perSecond} a second: ${figure(result.workerCpu, 2)} ms CPU of the worker a join, ` +
      `${figure(result.serverCpu, 2)} ms of the whole server;`,
    `POST to first packet ${figure(result.timeP50)} / ${figure(result.timeP99)} ms (p50 / p99).`,
    `A viewer of the even load that was there before: p99 ${figure(quiet.p99)} ms without joins, ` +
      `${figure(during.p99)} ms during them, longest ${figure(quiet.longest)} and ${figure(during.longest)} ms, ` +
      `${result.lost} packets lost;`,
    `longest delay of the worker's event loop ${figure(result.workerDelayQuiet)} and ` +
      `${figure(result.workerDelayDuring)} ms.`,
  ].join('\n');
}

const HOLD_HEAD = ['ms', 'count', 'p50', 'p99', 'longest'];

/** A table: what held the worker's event loop, and how long packets waited. */
export function describeJoinHolds(result: JoinHoldResult): string {
  const { joins, perSecond, quiet, during, isAlone } = result;
  const row = (name: string, { count, p50, p99, longest }: Durations): string[] => [
    name,
    String(count),
    figure(p50, 2),
    figure(p99, 2),
    figure(longest, 2),
  ];
  const steps = Object.entries(during.steps).sort(([, one], [, other]) => other.longest - one.longest);
  const [longest] = during.longest;
  const parts = Object.entries(longest?.parts ?? {}).map(([name, duration]) => `${name} ${figure(duration, 2)}`);
  return [
    `The worker's event loop during ${joins} joins, ${perSecond} a second, in turns with as long times without; ` +
      (isAlone ? 'it has a core to itself:' : 'it shares its core, so that some of this is what others did:'),
    textTable([
      HOLD_HEAD,
      row('packets wait, without joins', quiet.waits),
      row('packets wait, with joins', during.waits),
      row('work at a stretch, without joins', quiet.stretches),
      row('work at a stretch, with joins', during.stretches),
      ...steps.map(([name, durations]) => row(`  ${name}`, durations)),
    ]),
    `Longest stretch: ${figure(longest?.duration, 2)} ms, of it ${parts.join(', ')}. Without a core though there was ` +
      `work: ${figure(quiet.coreless)} and ${figure(during.coreless)} ms in all.`,
  ].join('\n');
}
