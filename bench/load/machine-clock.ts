/** A clock that all processes of a machine share. */
import { performance } from 'node:perf_hooks';

const OFFSET = Number(process.hrtime.bigint()) / 1e6 - performance.now();

/** CLOCK_MONOTONIC in milliseconds, with fractions. */
export function machineNow(): number {
  return performance.now() + OFFSET;
}
