import { describe, expect, it } from 'vitest';
import { TextTemplate } from './text-template.ts';

describe('TextTemplate', () => {
  it('ends all lines with CRLF, whoever wrote them', () => {
    const template = new TextTemplate<{ names: readonly string[] }>(['a', 'b', ({ names }) => names, 'c']);
    expect(template.fill({ names: ['x', 'y'] })).toBe('a\r\nb\r\nx\r\ny\r\nc\r\n');
    expect(template.fill({ names: [] })).toBe('a\r\nb\r\nc\r\n');
  });

  it('may begin and end with lines that differ', () => {
    const number = (value: number) => [String(value)];
    expect(new TextTemplate([number, number]).fill(7)).toBe('7\r\n7\r\n');
  });
});
