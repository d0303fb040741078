/** What a server is started with. */
import type { Config } from '../config/schema.ts';
import type { SettingInForce } from '../config/settings-in-force.ts';
import type { LoadLimits } from '../worker-pool/worker-load.ts';
import type { LogSink } from './log.ts';

export interface ServerOptions {
  config: Config;
  /** The same as it was written, for operators to see. */
  settings?: readonly SettingInForce[];
  /** The environment that workers inherit, settings left out. */
  environment: Readonly<Record<string, string | undefined>>;
  /** Where the log goes; standard output otherwise. */
  logSink?: LogSink;
  /** Another worker program than this server's own, for tests. */
  workerEntry?: string;
  /** Other limits than the usual ones beyond which a worker takes no more sessions, for tests. */
  loadLimits?: Partial<LoadLimits>;
  /** Folder of the built pages; dist/web otherwise. */
  pagesDirectory?: string;
}
