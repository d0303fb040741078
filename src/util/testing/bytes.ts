import { fromHex } from '../bytes.ts';

/** The bytes of hexadecimal text in a test. */
export function bytes(hex: string): Uint8Array {
  const result = fromHex(hex);
  if (result === undefined) throw new Error(`not hexadecimal: ${hex}`);
  return result;
}
