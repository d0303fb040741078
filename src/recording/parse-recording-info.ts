/** Reads what a sidecar holds. It may have been edited, or come from elsewhere: nothing in it is believed unseen. */
import { parseRoomName } from '../util/room-name.ts';
import { mediaTypeOf } from './media-types.ts';
import { roomFolder } from './room-folder.ts';
import type { RecordedFile, RecordingInfo, RecordingState, UploadedTo } from './recording-info.ts';

const ID = /^[\w-]{1,128}$/;
const STATES: readonly string[] = ['recording', 'done', 'uploading', 'uploaded', 'failed'] satisfies RecordingState[];
const CODECS: readonly string[] = ['VP8', 'VP9', 'H264', 'H265', 'AV1', 'opus'];
/** What Date can hold: milliseconds since the epoch. */
const MAX_TIME = 8.64e15;

/** The name of a recording's sidecar, beside its media files. */
export function sidecarName(id: string): string {
  return `${id}.json`;
}

/** The id that a file name of a sidecar holds; undefined where it is none. */
export function sidecarId(fileName: string): string | undefined {
  const id = fileName.endsWith('.json') ? fileName.slice(0, -'.json'.length) : '';
  return ID.test(id) ? id : undefined;
}

/** The recording of the sidecar `{folder}/{id}.json`; undefined where the text is no such recording. */
export function parseRecordingInfo(text: string, folder: string, id: string): RecordingInfo | undefined {
  const value = parseObject(text);
  if (value === undefined || value.id !== id) return undefined;
  const { room, state, startedAt, endedAt, duration, width, height, error } = value;
  if (typeof room !== 'string' || parseRoomName(room) !== room || roomFolder(room) !== folder) return undefined;
  if (typeof state !== 'string' || !STATES.includes(state)) return undefined;
  if (!isTime(startedAt) || !isOptional(endedAt, isTime) || !isAmount(duration)) return undefined;
  if (!isOptional(width, isAmount) || !isOptional(height, isAmount) || !isOptional(error, isText)) return undefined;
  const files = parseFiles(value.files, folder);
  const { videoCodec, audioCodec } = value;
  if (files === undefined || !isOptional(videoCodec, isCodec) || !isOptional(audioCodec, isCodec)) return undefined;
  const uploadedTo = parseUploadedTo(value.uploadedTo);
  return {
    id,
    room,
    state: state as RecordingState,
    startedAt,
    endedAt,
    duration,
    videoCodec,
    audioCodec,
    width,
    height,
    files,
    error,
    ...(uploadedTo === undefined ? {} : { uploadedTo }),
  };
}

function parseFiles(value: unknown, folder: string): RecordedFile[] | undefined {
  if (!Array.isArray(value)) return undefined;
  const files: RecordedFile[] = [];
  for (const item of value as unknown[]) {
    if (typeof item !== 'object' || item === null) return undefined;
    const { name, size } = item as Record<string, unknown>;
    if (typeof name !== 'string' || !isAmount(size) || !isMediaName(name, folder)) return undefined;
    files.push({ name, size });
  }
  return files;
}

/** Whether a name is that of a media file in the room's folder and nowhere else. */
function isMediaName(name: string, folder: string): boolean {
  const file = name.slice(folder.length + 1);
  const isPlain =
    !file.startsWith('.') && !/[/\\]/.test(file) && !/[\p{Cc}\p{Cs}]/u.test(file) && file.normalize('NFC') === file;
  return name === `${folder}/${file}` && isPlain && mediaTypeOf(file) !== undefined;
}

function parseUploadedTo(value: unknown): UploadedTo | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { bucket, prefix } = value as Record<string, unknown>;
  return typeof bucket === 'string' && typeof prefix === 'string' ? { bucket, prefix } : undefined;
}

function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

/** JSON leaves out what is undefined. */
function isOptional<T>(value: unknown, is: (value: unknown) => value is T): value is T | undefined {
  return value === undefined || is(value);
}

function isTime(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= MAX_TIME;
}

function isAmount(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0;
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

function isCodec(value: unknown): value is NonNullable<RecordingInfo['videoCodec']> {
  return typeof value === 'string' && CODECS.includes(value);
}
