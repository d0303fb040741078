import { describe, expect, it } from 'vitest';
import { usableCores, workerCount } from './core-count.ts';

const files =
  (content: Record<string, string>) =>
  (path: string): string | undefined =>
    content[path];

describe('usableCores', () => {
  it('are those that the process may run on where nothing limits it', () => {
    expect(usableCores(8, files({}))).toBe(8);
    expect(usableCores(8, files({ '/sys/fs/cgroup/cpu.max': 'max 100000\n' }))).toBe(8);
    expect(usableCores(8, files({ '/sys/fs/cgroup/cpu/cpu.cfs_quota_us': '-1\n' }))).toBe(8);
  });

  it.each([
    ['a container', { '/sys/fs/cgroup/cpu.max': '200000 100000\n', '/proc/self/cgroup': '0::/\n' }, 2],
    ['a part of a core', { '/sys/fs/cgroup/cpu.max': '150000 100000\n' }, 2],
    ['less than one core', { '/sys/fs/cgroup/cpu.max': '10000 100000\n' }, 1],
    ['more than there is', { '/sys/fs/cgroup/cpu.max': '1600000 100000\n' }, 8],
    [
      'a unit of systemd',
      {
        '/proc/self/cgroup': '0::/system.slice/live-webrtc.service\n',
        '/sys/fs/cgroup/system.slice/cpu.max': '600000 100000\n',
        '/sys/fs/cgroup/system.slice/live-webrtc.service/cpu.max': '300000 100000\n',
      },
      3,
    ],
    [
      'the first version of control groups',
      { '/sys/fs/cgroup/cpu/cpu.cfs_quota_us': '400000\n', '/sys/fs/cgroup/cpu/cpu.cfs_period_us': '100000\n' },
      4,
    ],
  ])('are no more than the quota of %s', (_name, content, expected) => {
    expect(usableCores(8, files(content))).toBe(expected);
  });

  it('are at least one on this machine', () => {
    expect(usableCores()).toBeGreaterThanOrEqual(1);
  });
});

describe('workerCount', () => {
  const type = workerCount(64, () => 100);

  it('is one a core, as far as allowed, where nothing is said', () => {
    expect(type.parse('')).toBe(64);
    expect(workerCount(64, () => 3).parse('')).toBe(3);
  });

  it('takes a number in its bounds and nothing else', () => {
    expect(['1', '64', '0', '65', '-1', '1.5', 'all', ' '].map((text) => type.parse(text))).toEqual([
      1,
      64,
      ...Array<undefined>(6).fill(undefined),
    ]);
  });
});
