/** A folder with recordings as the recorder leaves them. */
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { RecordingInfo } from '../../../src/recording/recording-info.ts';
import { nameTime, roomFolder } from '../../../src/recording/room-folder.ts';

/** An empty folder for RECORD_DIR. */
export function recordingsFolder(): string {
  return mkdtempSync(join(tmpdir(), 'recordings-'));
}

/** Writes a recording with these files, by extension, and returns what its sidecar says. */
export function writeRecording(
  directory: string,
  given: Partial<RecordingInfo> & { id: string },
  files: Readonly<Record<string, string | Buffer>> = { webm: 'picture and sound' },
): RecordingInfo {
  const room = given.room ?? 'room';
  const startedAt = given.startedAt ?? Date.UTC(2026, 0, 2, 3, 4, 5);
  const written = Object.entries(files).map(([extension, content]) => {
    const name = `${roomFolder(room)}/${nameTime(startedAt)}_${given.id}.${extension}`;
    mkdirSync(dirname(join(directory, name)), { recursive: true });
    writeFileSync(join(directory, name), content);
    return { name, size: Buffer.byteLength(content) };
  });
  const info: RecordingInfo = {
    room,
    state: 'done',
    startedAt,
    endedAt: startedAt + 12_500,
    duration: 12.5,
    videoCodec: 'VP8',
    audioCodec: 'opus',
    width: 640,
    height: 360,
    files: written,
    error: undefined,
    ...given,
  };
  mkdirSync(join(directory, roomFolder(room)), { recursive: true });
  writeFileSync(join(directory, roomFolder(room), `${info.id}.json`), JSON.stringify(info));
  return info;
}

/** An entry of GET /api/records. */
export interface Listed {
  id: string;
  name: string;
  room: string;
  size: number;
  url: string;
  state: string;
  error?: string;
}
