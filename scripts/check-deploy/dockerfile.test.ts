import { describe, expect, it } from 'vitest';
import { commandOf, copiesOf, isIgnored, parseStages } from './dockerfile.ts';

const stages = parseStages(`# a comment
ARG VERSION=1
FROM one AS builder
COPY . .
FROM two
# COPY nothing .
COPY a b ./c/
COPY --from=builder /app/dist \\
  dist
HEALTHCHECK --interval=1s \\
  CMD ["node", "check.js"]
CMD ["node", "main.js"]
`);

describe('a Dockerfile', () => {
  it('has stages', () => {
    expect(stages.map((stage) => stage.map(({ name }) => name))).toEqual([
      ['FROM', 'COPY'],
      ['FROM', 'COPY', 'COPY', 'HEALTHCHECK', 'CMD'],
    ]);
  });

  it('copies from the context and from stages', () => {
    expect(copiesOf(stages[1] ?? [])).toEqual([
      { from: undefined, sources: ['a', 'b'], target: './c/' },
      { from: 'builder', sources: ['/app/dist'], target: 'dist' },
    ]);
  });

  it('has commands in exec form', () => {
    expect(commandOf(stages[1] ?? [], 'CMD')).toEqual(['node', 'main.js']);
    expect(commandOf(stages[1] ?? [], 'HEALTHCHECK')).toEqual(['node', 'check.js']);
    expect(commandOf(parseStages('FROM x\nCMD node main.js\n')[0] ?? [], 'CMD')).toBeUndefined();
  });
});

describe('.dockerignore', () => {
  const ignore = '# all but these\n*\n!src\n!native\nnative/build\n!one/file.js\n**/*.test.ts\n**/.env*\n';
  it.each([
    ['src', false],
    ['src/a/b.ts', false],
    ['srcs', true],
    ['src/a/b.test.ts', true],
    ['native/binding.gyp', false],
    ['native/build/Release/x.o', true],
    ['one/file.js', false],
    ['one/other.js', true],
    ['.env.local', true],
    ['src/.env', true],
    ['node_modules/x', true],
  ])('%s', (path, expected) => {
    expect(isIgnored(path, ignore)).toBe(expected);
  });
});
