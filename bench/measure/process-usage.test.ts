import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import {
  cpuTimeMs,
  cpuTimeOf,
  descendants,
  parseParent,
  parseScheduledTime,
  processTree,
  residentKb,
  residentOf,
} from './process-usage.ts';

const NO_PROCESS = 2 ** 22;

describe('parseParent', () => {
  it('reads past a name with spaces and parentheses', () => {
    expect(parseParent('17 (a (b) c) S 4 17 17 0 -1')).toBe(4);
  });

  it('knows none where the process is gone', () => {
    expect(parseParent('')).toBeUndefined();
  });
});

describe('parseScheduledTime', () => {
  it('takes the time on a processor, not that of waiting', () => {
    expect(parseScheduledTime('2428023 17 3\n')).toBe(2_428_023);
    expect(parseScheduledTime('')).toBe(0);
  });
});

describe('descendants', () => {
  it('finds children of children, and nobody else', () => {
    const parents = new Map([
      [2, 1],
      [3, 2],
      [4, 3],
      [5, 1],
      [6, 3],
    ]);
    expect(descendants(2, parents)).toEqual([2, 3, 4, 6]);
  });

  it('ends where processes claim to be their own ancestors', () => {
    const circle: [number, number][] = [
      [1, 2],
      [2, 1],
    ];
    expect(descendants(1, new Map(circle))).toEqual([1, 2]);
  });
});

describe('what Linux tells', () => {
  it('counts the CPU time of a process while it works', () => {
    const start = cpuTimeMs(process.pid);
    const until = performance.now() + 60;
    while (performance.now() < until);
    const used = cpuTimeMs(process.pid) - start;
    expect(used).toBeGreaterThan(5);
    expect(used).toBeLessThan(2000);
  });

  it('finds the child of a child, and its memory', async () => {
    const shell = spawn('sh', ['-c', 'sleep 20 & echo; wait'], { stdio: ['ignore', 'pipe', 'ignore'], detached: true });
    try {
      await once(shell.stdout, 'data');
      const pid = shell.pid ?? 0;
      const tree = processTree(pid);
      expect(tree).toHaveLength(2);
      expect(processTree(process.pid)).toEqual(expect.arrayContaining(tree));
      expect(residentOf(tree)).toBeGreaterThan(residentKb(pid));
    } finally {
      process.kill(-(shell.pid ?? 0));
    }
  });

  it('takes a process that is gone for one without figures', () => {
    expect(cpuTimeOf([NO_PROCESS])).toBe(0);
    expect(residentKb(NO_PROCESS)).toBe(0);
    expect(processTree(NO_PROCESS)).toEqual([NO_PROCESS]);
  });
});
