/** Media types in Content-Type (RFC 9110 8.3.1). */

const TOKEN = "[!#$%&'*+.^_`|~\\dA-Za-z-]+";
const QUOTED = '"(?:[\\t \\x21\\x23-\\x5B\\x5D-\\x7E\\x80-\\xFF]|\\\\[\\t \\x21-\\x7E\\x80-\\xFF])*"';
const SPACE = '[ \\t]*';
/** Each character can be read in one way only, so that a hostile header costs no more than its length. */
const TYPE = new RegExp(`^(${TOKEN}/${TOKEN})${SPACE}(?:;${SPACE}(?:${TOKEN}=(?:${TOKEN}|${QUOTED})${SPACE})?)*$`);

/** The type and subtype in lower case, without parameters; undefined where the header is missing or malformed. */
export function parseMediaType(header: string | undefined): string | undefined {
  if (header === undefined || header.length > 512) return undefined;
  return TYPE.exec(header.trim())?.[1]?.toLowerCase();
}
