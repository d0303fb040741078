import { describe, expect, it } from 'vitest';
import type { RecordEntry } from '../../../../src/http/api-schemas.ts';
import { downloadsOf, downloadUrl, groupRecordings, playableOf, type Recording } from './recording.ts';

function entry(name: string, given: Partial<RecordEntry> = {}): RecordEntry {
  return {
    ...{ id: 'a', room: 'room', size: 10, time: '2026-01-02T03:04:05.000Z', url: `/records/${name}`, duration: 12.5 },
    ...{ videoCodec: 'VP8', audioCodec: 'opus', width: 640, height: 360, state: 'done' as const },
    ...given,
    name,
  };
}

/** A recording of these files. */
function recording(names: readonly string[], hasPicture = true): Recording {
  const entries = names.map((name) => entry(name));
  if (!hasPicture) for (const each of entries) delete each.videoCodec;
  const [only] = groupRecordings(entries);
  if (only === undefined) throw new Error('no recording');
  return only;
}

describe('groupRecordings', () => {
  it('makes one recording of the files that share an id, wherever they stand', () => {
    const grouped = groupRecordings([
      entry('room/x.ivf', { size: 5 }),
      entry('other/y.webm', { id: 'b', room: 'other', state: 'failed', error: 'The disk was full.' }),
      entry('room/x.WEBM', { size: 7 }),
    ]);
    expect(grouped.map(({ id, room, size, state, error }) => [id, room, size, state, error])).toEqual([
      ['a', 'room', 12, 'done', undefined],
      ['b', 'other', 10, 'failed', 'The disk was full.'],
    ]);
    expect(grouped[0]?.startedAt).toBe(Date.UTC(2026, 0, 2, 3, 4, 5));
    expect(grouped[0]?.files.map(({ extension, size }) => [extension, size])).toEqual([
      ['ivf', 5],
      ['webm', 7],
    ]);
  });

  it('has nothing of nothing', () => expect(groupRecordings([])).toEqual([]));
});

describe('playableOf', () => {
  const played = (given: Recording): string | undefined => {
    const playable = playableOf(given);
    return playable && `${playable.kind} ${playable.file.name}`;
  };

  it('is the file with picture and sound', () => {
    expect(played(recording(['r/a.ivf', 'r/a.ogg', 'r/a.webm']))).toBe('video r/a.webm');
    expect(played(recording(['r/a.webm', 'r/a.mp4']))).toBe('video r/a.mp4');
  });

  it('is the sound where nothing else was recorded', () => {
    expect(played(recording(['r/a.ogg'], false))).toBe('audio r/a.ogg');
    expect(played(recording(['r/a.ogg', 'r/a.mp4'], false))).toBe('audio r/a.mp4');
  });

  it('is not the sound alone of what has a picture too', () => {
    expect(played(recording(['r/a.ivf', 'r/a.ogg']))).toBeUndefined();
  });
});

describe('downloadsOf', () => {
  it('has what plays first', () => {
    const names = downloadsOf(recording(['r/a.ogg', 'r/a.webm', 'r/a.ivf'])).map(({ name }) => name);
    expect(names).toEqual(['r/a.webm', 'r/a.ivf', 'r/a.ogg']);
  });
});

describe('downloadUrl', () => {
  const here = 'https://live.example';

  it('asks this server to save, and leaves signatures as they are', () => {
    expect(downloadUrl('/records/r/a.webm', here)).toBe('/records/r/a.webm?download=1');
    expect(downloadUrl('/records/%E7%8E%B0/a.webm?expires=1&signature=x-_', here)).toBe(
      '/records/%E7%8E%B0/a.webm?expires=1&signature=x-_&download=1',
    );
  });

  it('does not touch links into the store', () => {
    const url = 'https://s3.example/bucket/a.webm?X-Amz-Signature=abc';
    expect(downloadUrl(url, here)).toBe(url);
  });
});
