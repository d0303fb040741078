import { expect, it } from 'vitest';
import { EventLog } from '../events/event-log.ts';
import type { RecordingInfo } from '../recording/recording-info.ts';
import { RecordingEvents } from './recording-events.ts';

const INFO: RecordingInfo = {
  ...{ id: 'r', room: 'a', state: 'done', startedAt: 0, endedAt: 2500, duration: 2.5, error: undefined },
  ...{ videoCodec: 'VP8', audioCodec: undefined, width: 640, height: 480 },
  files: [
    { name: 'a/1.webm', size: 3 },
    { name: 'a/1.ivf', size: 4 },
  ],
};

it('tell what became of recordings and uploads', () => {
  const told: string[] = [];
  let last = 0;
  const log = new EventLog({ ids: { last: 0, next: () => ++last } });
  log.listen(({ type, room, data }) => told.push(`${type} ${room ?? ''} ${JSON.stringify(data)}`));
  const events = new RecordingEvents(log);
  events.recordingEnded(INFO);
  events.recordingEnded({ ...INFO, error: 'The disk is full.' });
  // Nothing was recorded.
  events.recordingEnded({ ...INFO, files: [] });
  events.uploadEnded('done', INFO);
  events.uploadEnded('failed', { ...INFO, error: 'The upload failed: AccessDenied.' });
  const data = '{"recording":"r","seconds":2.5,"bytes":7,"files":["a/1.webm","a/1.ivf"]';
  expect(told).toEqual([
    `recording.finished a ${data}}`,
    `recording.failed a ${data},"error":"The disk is full."}`,
    `upload.finished a ${data}}`,
    `upload.failed a ${data},"error":"The upload failed: AccessDenied."}`,
  ]);
});
