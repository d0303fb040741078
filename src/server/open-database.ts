/** Opens the database, with a sentence for the operator where that cannot be. */
import { resolve } from 'node:path';
import { SETTINGS } from '../config/schema.ts';
import type { Config } from '../config/schema.ts';
import { Database } from '../store/database.ts';
import { StartError } from './start-error.ts';

/** Rejects with a StartError where the database cannot be used. */
export async function openDatabase({ dataDirectory }: Config): Promise<Database> {
  const directory = resolve(dataDirectory);
  try {
    return await Database.open(directory);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new StartError(`The database in ${SETTINGS.dataDirectory.name}=${directory} cannot be used: ${reason}.`, {
      cause: error,
    });
  }
}
