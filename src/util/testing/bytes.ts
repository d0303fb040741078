/** The bytes of hexadecimal text in a test; white space between digits is skipped. */
export function bytes(hex: string): Uint8Array {
  const digits = hex.replace(/\s/g, '');
  if (digits.length % 2 !== 0 || !/^[0-9a-f]*$/.test(digits)) throw new Error(`not hexadecimal: ${hex}`);
  return Uint8Array.from({ length: digits.length / 2 }, (_, index) =>
    Number.parseInt(digits.slice(2 * index, 2 * index + 2), 16),
  );
}
