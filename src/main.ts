/** The program: settings, start-up and signals. */
import process from 'node:process';
import { describeFaults, loadConfig } from './config/load.ts';
import { StartError, startServer } from './server.ts';
import type { Server } from './server.ts';

const loaded = loadConfig(process.env);
if (!loaded.ok) fail(describeFaults(loaded.faults));

let server: Server | undefined;
let signals = 0;
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, endOnSignal);

try {
  server = await startServer({ config: loaded.config, environment: process.env });
  if (signals > 0) await end(server);
} catch (error) {
  fail(error instanceof StartError ? error.message : error instanceof Error ? (error.stack ?? '') : String(error));
}

/** The first signal drains, the second ends at once. */
function endOnSignal(): void {
  signals++;
  if (signals > 1) {
    server?.kill();
    process.exit(1);
  }
  if (server !== undefined) void end(server);
}

async function end(running: Server): Promise<void> {
  await running.stop();
  process.exit(0);
}

function fail(message: string): never {
  process.stderr.write(`${message}\n`);
  process.exit(1);
}
