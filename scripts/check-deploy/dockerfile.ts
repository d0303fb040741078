/** The parts of a Dockerfile that these checks look at. */

export interface Instruction {
  /** In capitals. */
  name: string;
  rest: string;
}

export interface Copy {
  /** The stage copied from; undefined for the build context. */
  from: string | undefined;
  sources: string[];
  target: string;
}

/** The instructions of each stage; what stands before the first FROM belongs to none. */
export function parseStages(text: string): Instruction[][] {
  const lines = text.replace(/^\s*#.*\n/gm, '').replace(/\\\n/g, ' ');
  const stages: Instruction[][] = [];
  for (const [, name = '', rest = ''] of lines.matchAll(/^([A-Za-z]+)[ \t]+(.*)$/gm)) {
    if (name.toUpperCase() === 'FROM') stages.push([]);
    stages.at(-1)?.push({ name: name.toUpperCase(), rest: rest.trim() });
  }
  return stages;
}

/** What a stage copies. */
export function copiesOf(stage: readonly Instruction[]): Copy[] {
  return stages(stage, 'COPY').map((rest) => {
    const words = rest.split(/\s+/);
    const from = words.find((word) => word.startsWith('--from='))?.slice('--from='.length);
    const paths = words.filter((word) => !word.startsWith('--'));
    return { from, sources: paths.slice(0, -1), target: paths.at(-1) ?? '' };
  });
}

/** The command of CMD or HEALTHCHECK in its exec form; undefined where it is a shell's. */
export function commandOf(stage: readonly Instruction[], name: 'CMD' | 'HEALTHCHECK'): string[] | undefined {
  const json = /\[.*\]$/.exec(stages(stage, name).at(-1) ?? '')?.[0];
  return json === undefined ? undefined : (JSON.parse(json) as string[]);
}

function stages(stage: readonly Instruction[], name: string): string[] {
  return stage.filter((instruction) => instruction.name === name).map(({ rest }) => rest);
}

/** Whether a .dockerignore leaves a path out of the build context: the last pattern that fits decides. */
export function isIgnored(path: string, dockerignore: string): boolean {
  const patterns = dockerignore.split('\n').filter((line) => line.trim() !== '' && !line.startsWith('#'));
  let ignored = false;
  for (const pattern of patterns) {
    const exception = pattern.startsWith('!');
    if (fits(path, exception ? pattern.slice(1) : pattern)) ignored = !exception;
  }
  return ignored;
}

/** A pattern fits a path itself and everything below it. */
function fits(path: string, pattern: string): boolean {
  const expression = pattern
    .replace(/[.+^${}()|[\]]/g, '\\$&')
    .replace(/\*\*\//g, '\0')
    .replace(/\*/g, '[^/]*')
    .replace(/\0/g, '(?:.*/)?');
  return new RegExp(`^${expression}(?:/|$)`).test(path);
}
