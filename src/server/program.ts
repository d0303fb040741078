/** The program: settings, start-up and signals. */
import process from 'node:process';
import { describeFaults, loadConfig } from '../config/load.ts';
import { settingsInForce } from '../config/settings-in-force.ts';
import { startServer } from '../server.ts';
import type { Server } from '../server.ts';
import type { ServerOptions } from './server-options.ts';
import { StartError } from './start-error.ts';

/** Runs the server until a signal ends it. The first signal drains, the second ends at once with exit code 1. */
export async function runProgram(options: Pick<ServerOptions, 'workerEntry'> = {}): Promise<void> {
  const loaded = loadConfig(process.env);
  if (!loaded.ok) fail(describeFaults(loaded.faults));
  const state: { server?: Server; signals: number } = { signals: 0 };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      state.signals++;
      if (state.signals > 1) endAtOnce(state.server);
      if (state.server !== undefined) void end(state.server);
    });
  }
  try {
    const settings = settingsInForce(process.env);
    state.server = await startServer({ config: loaded.config, settings, environment: process.env, ...options });
  } catch (error) {
    fail(describeFailure(error));
  }
  const { server } = state;
  // Without HTTPS a hang-up ends the process, as of every program whose terminal is closed.
  if (loaded.config.tlsCertFile !== '') process.on('SIGHUP', () => server.reloadTls());
  if (state.signals > 0) await end(server);
}

async function end(server: Server): Promise<void> {
  await server.stop();
  process.exit(0);
}

function endAtOnce(server: Server | undefined): never {
  server?.kill();
  process.exit(1);
}

function describeFailure(error: unknown): string {
  if (error instanceof StartError) return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

function fail(message: string): never {
  process.stderr.write(`${message}\n`);
  process.exit(1);
}
