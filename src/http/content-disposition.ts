/** The Content-Disposition header of a download (RFC 6266). */

/** Says to save the body under this name. Clients that know no filename* get a name of ASCII characters. */
export function attachment(fileName: string): string {
  const plain = fileName.replace(/[^\x20-\x7E]|["\\%]/gu, '_');
  if (plain === fileName) return `attachment; filename="${plain}"`;
  return `attachment; filename="${plain}"; filename*=UTF-8''${encodeExtended(fileName)}`;
}

/** As RFC 8187 3.2.1 allows it; encodeURIComponent leaves some characters that it does not. */
function encodeExtended(text: string): string {
  return encodeURIComponent(text).replace(
    /['()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
