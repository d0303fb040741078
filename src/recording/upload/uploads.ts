/** What the rest of the server asks of the uploads. */
import type { RecordingInfo, UploadedTo } from '../recording-info.ts';

export interface Uploads {
  /** A URL that opens a file in the store for a while. */
  link(place: UploadedTo, name: string): Promise<string>;
  /** Ends the upload of a recording and deletes what is in the store. Rejects with store_unavailable. */
  delete(info: RecordingInfo): Promise<void>;
  /** Puts a recording whose upload failed for good back into the queue; false where it did not. */
  retry(info: RecordingInfo): Promise<boolean>;
}
