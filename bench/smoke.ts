/** A short run that only asks whether everything is forwarded. */
import { measureForwarding } from './forwarding.ts';

const VIEWERS = 5;
const DURATION_MS = 2000;

/** False where packets were lost, or none came. */
export async function runSmoke(): Promise<boolean> {
  const cells = [{ load: 'frames' as const, viewers: VIEWERS }];
  const results = await measureForwarding(
    { cells, rounds: 1, durationMs: DURATION_MS },
    () => undefined,
    console.error,
  );
  return (
    results.length === cells.length &&
    results.every(({ server, raw }) => server.packets > 0 && server.lost === 0 && raw.packets > 0)
  );
}
