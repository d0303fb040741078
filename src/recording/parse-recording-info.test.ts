import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseRecordingInfo, sidecarId, sidecarName } from './parse-recording-info.ts';
import type { RecordingInfo } from './recording-info.ts';
import { roomFolder } from './room-folder.ts';

const INFO: RecordingInfo = {
  id: 'a-1_B',
  room: 'room',
  state: 'done',
  startedAt: 1_767_323_045_000,
  endedAt: 1_767_323_046_000,
  duration: 1,
  videoCodec: 'VP8',
  audioCodec: undefined,
  width: 640,
  height: undefined,
  files: [{ name: 'room/20260102T030405Z_a-1_B.webm', size: 5 }],
  error: undefined,
};

const parse = (changes: object, folder = 'room'): RecordingInfo | undefined =>
  parseRecordingInfo(JSON.stringify({ ...INFO, ...changes }), folder, 'a-1_B');

describe('parseRecordingInfo', () => {
  it('reads what was written', () => {
    expect(parse({})).toEqual(INFO);
    const uploaded = { state: 'uploaded', uploadedTo: { bucket: 'b', prefix: 'p/' }, error: 'It was full.' };
    expect(parse(uploaded)).toEqual({ ...INFO, ...uploaded });
    const room = '\u{10400}'.repeat(64);
    const files = [{ name: `${roomFolder(room)}/a.mp4`, size: 0 }];
    expect(parse({ room, files }, roomFolder(room))).toEqual({ ...INFO, room, files });
  });

  it.each([
    [{ id: 'other' }],
    [{ room: 'other' }],
    [{ room: '../room' }],
    [{ room: undefined }],
    [{ state: 'gone' }],
    [{ state: ['done'] }],
    [{ startedAt: '1' }],
    [{ startedAt: -1 }],
    [{ startedAt: 1e17 }],
    [{ endedAt: 0.5 }],
    [{ duration: null }],
    [{ duration: -1 }],
    [{ videoCodec: '<b>' }],
    [{ width: '640' }],
    [{ error: 5 }],
    [{ files: undefined }],
    [{ files: [null] }],
    [{ files: [{ name: 'room/a.webm' }] }],
    [{ files: [{ name: 'room/a.webm', size: -1 }] }],
  ])('takes no other shape: %j', (changes) => {
    expect(parse(changes)).toBeUndefined();
  });

  it.each([
    'a.webm',
    'other/a.webm',
    'room/../a.webm',
    'room/../room/a.webm',
    'room//a.webm',
    'room/b/a.webm',
    'room\\a.webm',
    'room/..\\a.webm',
    'room/.a.webm',
    'room/a.json',
    'room/a',
    'room/a.webm\0',
    'room/a\nb.webm',
    'room/\ud800.webm',
    'room/a\u0308.webm',
    '/room/a.webm',
  ])('takes no file elsewhere, and none that is no media: %j', (name) => {
    expect(parse({ files: [{ name, size: 1 }] })).toBeUndefined();
  });

  it('takes any text without a fault', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
        expect(parseRecordingInfo(text, 'room', 'a')).toBeUndefined();
      }),
    );
  });
});

describe('the name of a sidecar', () => {
  it('is made of the id, and tells it', () => {
    expect([sidecarName('a-1'), sidecarId('a-1.json')]).toEqual(['a-1.json', 'a-1']);
    const others = ['a.webm', '.json', '.a.json.tmp', 'a.json.1-2.tmp', 'a b.json', '../a.json'];
    expect(others.map(sidecarId)).toEqual(others.map(() => undefined));
  });
});
