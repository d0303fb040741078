/** How many processor cores this process may use. */
import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import type { ValueType } from './setting.ts';

/** Folder of the control groups: version 2, and the part of version 1 that counts processor time. */
const CGROUP_2 = '/sys/fs/cgroup';
const CGROUP_1 = '/sys/fs/cgroup/cpu';

type ReadFile = (path: string) => string | undefined;

/**
 * Cores of this machine that the process may run on (a CPU set, as of `docker --cpuset-cpus`, is counted), and no more
 * than its control group may use at once (a quota, as of `docker --cpus` or CPUQuota of systemd), rounded up.
 */
export function usableCores(available: number = availableParallelism(), read: ReadFile = readOrNothing): number {
  const quotas = groupFolders(read('/proc/self/cgroup') ?? '').map((folder) => quotaOf(folder, read));
  const fewest = Math.min(available, ...quotas.filter((quota) => quota !== undefined));
  return Math.max(1, Math.ceil(fewest));
}

/** A number of workers; empty is one a core. */
export function workerCount(most: number, cores: () => number = usableCores): ValueType<number> {
  return {
    allowed: `a whole number from 1 to ${most}`,
    parse(text) {
      if (text === '') return Math.min(most, cores());
      const count = /^\d{1,5}$/.test(text) ? Number(text) : 0;
      return count >= 1 && count <= most ? count : undefined;
    },
  };
}

/** The folder of the process' own group and of all above it: each may have a quota. In a container the root is its own. */
function groupFolders(membership: string): string[] {
  const path = /^0::(\/.*)$/m.exec(membership)?.[1] ?? '/';
  const parts = path.split('/').filter((part) => part !== '' && part !== '..');
  const folders = parts.map((_, index) => `${CGROUP_2}/${parts.slice(0, index + 1).join('/')}`);
  return [CGROUP_2, CGROUP_1, ...folders];
}

/** Cores, or parts of one; undefined where a group has no limit. */
function quotaOf(folder: string, read: ReadFile): number | undefined {
  const [quota, period] = read(`${folder}/cpu.max`)?.trim().split(' ') ?? [
    read(`${folder}/cpu.cfs_quota_us`),
    read(`${folder}/cpu.cfs_period_us`),
  ];
  const cores = Number(quota) / Number(period);
  return Number.isFinite(cores) && cores > 0 ? cores : undefined;
}

function readOrNothing(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
