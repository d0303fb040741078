/** Media types in Content-Type (RFC 9110 8.3.1). */

const TOKEN = "[!#$%&'*+.^_`|~\\dA-Za-z-]+";
const QUOTED = '"(?:[\\t \\x21\\x23-\\x5B\\x5D-\\x7E\\x80-\\xFF]|\\\\[\\t \\x21-\\x7E\\x80-\\xFF])*"';
const TYPE = new RegExp(`^(${TOKEN}/${TOKEN})((?:[ \\t]*;[ \\t]*(?:${TOKEN}=(?:${TOKEN}|${QUOTED}))?)*)[ \\t]*$`);

/** The type and subtype in lower case, without parameters; undefined where the header is missing or malformed. */
export function parseMediaType(header: string | undefined): string | undefined {
  if (header === undefined || header.length > 512) return undefined;
  return TYPE.exec(header.trim())?.[1]?.toLowerCase();
}
