/** Removes the oldest recordings where they are older, or take more space, than RECORD_RETENTION allows. */
import type { Catalogue } from './catalogue.ts';
import type { RecordingInfo } from './recording-info.ts';
import type { RecordingLog } from './recording-log.ts';

export interface RetentionLimits {
  /** Milliseconds since the end of a recording. */
  age: number | undefined;
  /** Bytes of all recordings on this machine together. */
  size: number | undefined;
}

export interface RetentionOptions {
  catalogue: Catalogue;
  limits: RetentionLimits;
  log: RecordingLog;
  /** Whether the copy on this machine is the only one, and is to become more. */
  isWaiting: (info: RecordingInfo) => boolean;
  /** Told of each recording that was removed. */
  onRemoved: () => void;
}

/** Keeps the recordings within their limits. */
export class Retention {
  readonly #options: RetentionOptions;
  #running: Promise<void> | undefined;

  constructor(options: RetentionOptions) {
    this.#options = options;
  }

  /** Looks once. `now` is in milliseconds since the epoch. A call while it looks shares the result. */
  enforce(now: number): Promise<void> {
    this.#running ??= this.#enforce(now).finally(() => {
      this.#running = undefined;
    });
    return this.#running;
  }

  async #enforce(now: number): Promise<void> {
    const { catalogue, limits, log } = this.#options;
    await catalogue.refresh();
    const oldestFirst = [...catalogue.all()].reverse();
    let total = oldestFirst.reduce((sum, info) => sum + this.#localBytes(info), 0);
    for (const info of oldestFirst) {
      const isTooOld = limits.age !== undefined && now - endOf(info) > limits.age;
      const isTooMuch = limits.size !== undefined && total > limits.size;
      const bytes = this.#localBytes(info);
      if ((!isTooOld && !isTooMuch) || !this.#mayRemove(info, bytes, isTooOld)) continue;
      try {
        await this.#remove(info);
        total -= bytes;
        log.info(
          { recording: info.id, room: info.room, bytes, reason: isTooOld ? 'age' : 'size' },
          'recording removed',
        );
        this.#options.onRemoved();
      } catch (error) {
        log.error({ recording: info.id, reason: String(error) }, 'a recording cannot be removed');
      }
    }
  }

  /** Looked at right before it is removed: an upload may have begun since. */
  #mayRemove({ id }: RecordingInfo, bytes: number, isTooOld: boolean): boolean {
    const info = this.#options.catalogue.get(id);
    if (info === undefined || info.state === 'recording' || this.#options.isWaiting(info)) return false;
    // What has no bytes here makes no room; an entry whose files somebody deleted goes with its age.
    return bytes > 0 || (isTooOld && info.uploadedTo === undefined);
  }

  /** What has been uploaded stays where it is, and in the list; the store has rules of its own. */
  async #remove({ id, uploadedTo }: RecordingInfo): Promise<void> {
    if (uploadedTo === undefined) await this.#options.catalogue.delete(id);
    else await this.#options.catalogue.deleteMedia(id);
  }

  #localBytes({ id }: RecordingInfo): number {
    const local = this.#options.catalogue.filesOf(id).filter(({ isLocal }) => isLocal);
    return local.reduce((sum, { file }) => sum + file.size, 0);
  }
}

function endOf({ startedAt, endedAt }: RecordingInfo): number {
  return endedAt ?? startedAt;
}
