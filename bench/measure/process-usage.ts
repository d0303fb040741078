/** CPU time and memory of processes, as Linux counts them. */
import { readdirSync, readFileSync } from 'node:fs';

const PAGE_KB = 4;

/** CPU time of a process and its threads since their start, ms; 0 of one that is gone. */
export function cpuTimeMs(pid: number): number {
  let nanoseconds = 0;
  for (const thread of listed(`/proc/${pid}/task`)) {
    nanoseconds += parseScheduledTime(read(`/proc/${pid}/task/${thread}/schedstat`));
  }
  return nanoseconds / 1e6;
}

/** The first figure of schedstat: nanoseconds on a processor. 0 where there is none. */
export function parseScheduledTime(text: string): number {
  return Number(/^\d+/.exec(text)?.[0] ?? 0);
}

/** Resident memory, kB; 0 of a process that is gone. */
export function residentKb(pid: number): number {
  return Number(read(`/proc/${pid}/statm`).split(' ')[1] ?? 0) * PAGE_KB;
}

/** A process and all that descend from it, those first that are nearer. */
export function processTree(root: number): number[] {
  const parents = new Map<number, number>();
  for (const name of listed('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const parent = parseParent(read(`/proc/${name}/stat`));
    if (parent !== undefined) parents.set(Number(name), parent);
  }
  return descendants(root, parents);
}

/** The parent in a line of /proc/PID/stat. The name, in parentheses, may hold spaces and parentheses (proc(5)). */
export function parseParent(stat: string): number | undefined {
  const field = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1];
  return field === undefined ? undefined : Number(field);
}

/** The root and its descendants, by the parent of each process. */
export function descendants(root: number, parents: ReadonlyMap<number, number>): number[] {
  const tree = [root];
  for (const pid of tree) {
    for (const [child, parent] of parents) if (parent === pid && !tree.includes(child)) tree.push(child);
  }
  return tree;
}

/** CPU time of these processes, ms. */
export function cpuTimeOf(pids: readonly number[]): number {
  return pids.reduce((sum, pid) => sum + cpuTimeMs(pid), 0);
}

/** Resident memory of these processes, kB. */
export function residentOf(pids: readonly number[]): number {
  return pids.reduce((sum, pid) => sum + residentKb(pid), 0);
}

/** A process may end at any moment. */
function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

function listed(path: string): string[] {
  try {
    return readdirSync(path);
  } catch {
    return [];
  }
}
