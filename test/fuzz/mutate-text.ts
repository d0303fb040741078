import type { Mutation } from './mutate-bytes.ts';
import type { SeededRandom } from './random.ts';

const INTERESTING_TOKENS = [
  ...['', '0', '1', '-1', '00', '127', '128', '255', '256', '65535', '65536', '4294967295', '4294967296'],
  ...['18446744073709551616', '1e99', 'NaN', 'null', '__proto__', 'constructor', 'toString', '*', '?', '\u{1f600}'],
];
const TOKEN = /[A-Za-z0-9._+-]+/g;

type LineMutation = (lines: string[], random: SeededRandom, other: readonly string[]) => void;

function onLines(mutate: LineMutation): Mutation {
  return (input, random, other) => {
    const lines = linesOf(input);
    mutate(lines, random, linesOf(other));
    return Uint8Array.from(Buffer.from(lines.join('\r\n'), 'utf8'));
  };
}

function linesOf(input: Uint8Array): string[] {
  return Buffer.from(input).toString('utf8').split(/\r?\n/);
}

/** Replaces one token of a line by what `replacement` makes of it. */
function replaceToken(line: string, random: SeededRandom, replacement: (token: string) => string): string {
  const tokens = [...line.matchAll(TOKEN)];
  if (tokens.length === 0) return line;
  const token = random.pick(tokens);
  return line.slice(0, token.index) + replacement(token[0]) + line.slice(token.index + token[0].length);
}

function changeLine(change: (line: string, random: SeededRandom, other: readonly string[]) => string): LineMutation {
  return (lines, random, other) => {
    const index = random.below(lines.length);
    lines[index] = change(lines[index] ?? '', random, other);
  };
}

const removeLine: LineMutation = (lines, random) => {
  lines.splice(random.below(lines.length), 1);
};

const removeLines: LineMutation = (lines, random) => {
  lines.splice(random.below(lines.length), random.between(1, 10));
};

const repeatLine: LineMutation = (lines, random) => {
  const line = random.pick(lines);
  // A long run of one line now and then: quadratic work shows.
  const count = random.oneIn(20) ? 200 : 1;
  lines.splice(random.below(lines.length + 1), 0, ...new Array<string>(count).fill(line));
};

const swapLines: LineMutation = (lines, random) => {
  const [first, second] = [random.below(lines.length), random.below(lines.length)];
  [lines[first], lines[second]] = [lines[second] ?? '', lines[first] ?? ''];
};

const takeLines: LineMutation = (lines, random, other) => {
  const start = random.below(other.length);
  lines.splice(random.below(lines.length + 1), 0, ...other.slice(start, start + random.between(1, 20)));
};

const setToken = changeLine((line, random) => replaceToken(line, random, () => random.pick(INTERESTING_TOKENS)));

const takeToken = changeLine((line, random, other) => {
  const tokens = random.pick(other).match(TOKEN);
  return tokens === null ? line : replaceToken(line, random, () => random.pick(tokens));
});

const stepNumber = changeLine((line, random) =>
  replaceToken(line, random, (token) => (/^\d+$/.test(token) ? String(Number(token) + random.between(-2, 2)) : token)),
);

const changeCase = changeLine((line, random) =>
  replaceToken(line, random, (token) => (random.oneIn(2) ? token.toUpperCase() : token.toLowerCase())),
);

const lengthenToken = changeLine((line, random) =>
  replaceToken(line, random, (token) => token.repeat(random.between(2, 300))),
);

const cutLine = changeLine((line, random) => line.slice(0, random.below(line.length + 1)));

export const TEXT_MUTATIONS: readonly Mutation[] = [
  ...[removeLine, removeLines, repeatLine, swapLines, takeLines, setToken, setToken, takeToken, takeToken],
  ...[stepNumber, changeCase, lengthenToken, cutLine],
].map(onLines);
