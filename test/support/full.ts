/**
 * Some browser tests repeat themselves or watch for long. Continuous integration runs them short, `npm run test:e2e:full`
 * at full length.
 */
const isFull = process.env['TEST_FULL'] === '1';

/** What a test runs at full length, and what is enough of it every time. */
export function fullOr<T>(full: T, short: T): T {
  return isFull ? full : short;
}
