/** To be imported by each command: a signal ends it as a return does, so that what it has started ends with it. */
import { constants } from 'node:os';
import process from 'node:process';

for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.once(name, () => process.exit(128 + constants.signals[name]));
}
