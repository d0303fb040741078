/** The part of the bench that joins, in words. */
import type { JoinOptions, JoinResult } from './measure/joins.ts';
import { figure } from './text-table.ts';

/** 500 viewers in 5 s. */
export const JOINS: JoinOptions = { joins: 500, perSecond: 100 };

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
