/** What has been recorded. */
import type { RecordEntry, RecordList } from '../../../src/http/api-schemas.ts';
import { CallError } from './problem.ts';
import { call } from './request.ts';

export interface Records {
  /** One for each media file. */
  entries: RecordEntry[];
  /** Whether the server records what is published; undefined where it does not tell. */
  isRecordingOn: boolean | undefined;
}

/** Asks for the recordings that the token may see. */
export async function listRecords(token: string, signal: AbortSignal): Promise<Records> {
  const response = await call('GET', '/api/records', { token, signal });
  const body = (await response.json().catch(() => undefined)) as RecordList | undefined;
  if (!Array.isArray(body)) throw new CallError({ kind: 'refused', status: response.status, detail: 'No list' });
  return { entries: body, isRecordingOn: onOrOff(response.headers.get('Recording')) };
}

function onOrOff(value: string | null): boolean | undefined {
  return value === 'on' ? true : value === 'off' ? false : undefined;
}
