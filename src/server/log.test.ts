import { describe, expect, it } from 'vitest';
import { createLog, formatLine } from './log.ts';

describe('the log', () => {
  const collect = (format: 'json' | 'pretty', level = 'info') => {
    const lines: string[] = [];
    return { lines, log: createLog({ level, format }, { write: (line) => lines.push(line) }) };
  };

  it('writes one JSON object a line', () => {
    const { lines, log } = collect('json');
    log.logger.info({ room: 'a' }, 'hello\nworld');
    expect(lines).toHaveLength(1);
    expect(lines[0]?.endsWith('\n')).toBe(true);
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ level: 'info', room: 'a', msg: 'hello\nworld' });
  });

  it('leaves out what is less important than its level', () => {
    const { lines, log } = collect('json', 'warn');
    log.logger.info('no');
    log.logger.warn('yes');
    expect(lines).toHaveLength(1);
  });

  it('writes text for people', () => {
    const { lines, log } = collect('pretty');
    log.logger.warn({ room: 'a', n: 1 }, 'hello');
    expect(lines[0]).toMatch(/^\d\d:\d\d:\d\d\.\d{3} WARN {2}hello room=a n=1\n$/);
  });

  it('lets nothing that was logged move the cursor or begin a line', () => {
    const line = formatLine(
      JSON.stringify({ level: 'info', time: 0, msg: 'a\nb', path: '/\u009b2J\u001b[1m', r: 'é\u2028' }),
    );
    expect(line).toMatch(/^\S+ INFO {2}a\\u000ab path=\/\\u009b2J\\u001b\[1m r=é\\u2028\n$/);
  });

  it('announces a block to people, and events to machines', () => {
    const pretty = collect('pretty');
    pretty.log.announce('ready', { http: 'x', announced: 'y' }, ['careful']);
    expect(pretty.lines).toEqual(['\nready\n  http       x\n  announced  y\n  ! careful\n\n']);
    const json = collect('json');
    json.log.announce('ready', { http: 'x' }, ['careful']);
    expect(json.lines.map((line) => JSON.parse(line) as unknown)).toMatchObject([
      { level: 'info', msg: 'ready', http: 'x' },
      { level: 'warn', msg: 'careful' },
    ]);
    const quiet = collect('pretty', 'warn');
    quiet.log.announce('ready', { http: 'x' }, ['careful']);
    expect(quiet.lines).toHaveLength(1);
  });

  it('passes the lines of a worker on, and wraps what is no JSON', () => {
    const { lines, log } = collect('json');
    log.passOn(0, '{"level":"info","msg":"from the worker"}');
    log.passOn(1, 'plain');
    expect(lines[0]).toBe('{"level":"info","msg":"from the worker"}\n');
    expect(JSON.parse(lines[1] ?? '')).toMatchObject({ level: 'warn', worker: 1, msg: 'plain' });
  });

  it('writes the stack of an error below its line', () => {
    const line = JSON.stringify({ level: 50, time: 0, msg: 'failed', err: { stack: 'Error: x\n    at y' } });
    expect(formatLine(line)).toBe('00:00:00.000 ERROR failed\nError: x\n    at y\n');
  });
});
