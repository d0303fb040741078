/** The Link headers of an answer (RFC 8288). */

export interface Link {
  /** As it stands between the angle brackets. */
  target: string;
  /** In lower case. */
  relations: readonly string[];
  /** Values by name in lower case, quotes taken off. */
  parameters: ReadonlyMap<string, string>;
}

/** Every link of a (joined) Link header. */
export function parseLinks(header: string | null): Link[] {
  if (header === null) return [];
  // <target> and its parameters, where a comma or semicolon inside quotes belongs to the value (RFC 8288 3).
  return Array.from(header.matchAll(/<([^>]*)>((?:[^,"]|"(?:[^"\\]|\\.)*")*)/g), (match) => {
    const parameters = parseParameters(match[2] ?? '');
    const relations = (parameters.get('rel') ?? '').toLowerCase().split(/\s+/);
    return { target: match[1] ?? '', relations, parameters };
  });
}

/** The absolute URL of the first link with a relation; undefined where there is none. */
export function linkedUrl(header: string | null, relation: string, base: string): string | undefined {
  const link = parseLinks(header).find(({ relations }) => relations.includes(relation));
  return link === undefined || !URL.canParse(link.target, base) ? undefined : new URL(link.target, base).href;
}

function parseParameters(text: string): Map<string, string> {
  const parameters = new Map<string, string>();
  for (const match of text.matchAll(/;\s*([\w!#$&+.^`|~-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^;,\s]*))/g)) {
    const value = match[2] === undefined ? (match[3] ?? '') : match[2].replace(/\\(.)/g, '$1');
    parameters.set((match[1] ?? '').toLowerCase(), value);
  }
  return parameters;
}
