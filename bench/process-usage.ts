/** CPU time and memory of a process, as Linux counts them. */
import { readFileSync } from 'node:fs';

/** USER_HZ: fixed at 100 on Linux for what it shows in /proc. */
const TICK_MS = 10;
const PAGE_KB = 4;

/** User and system time since its start, ms, in steps of TICK_MS. */
export function cpuTimeMs(pid: number): number {
  // The name, in parentheses, may hold spaces; fields are counted behind it (proc(5)).
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) * TICK_MS;
}

/** Resident memory, kB. */
export function residentKb(pid: number): number {
  return Number(readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[1]) * PAGE_KB;
}
