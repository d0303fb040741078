import { afterEach, expect, it, vi } from 'vitest';
import { systemClock } from './environment.ts';
import { RecorderHost } from './recorder-host.ts';
import { endAll, eventually, startWorker, TestClient, VP8_KEYFRAME } from './testing/test-worker.ts';

afterEach(endAll);

it('records what a publisher sends, but where it was said not to', async () => {
  const recorder = new RecorderHost({
    recording: { directory: '/nonexistent', elementary: true, muxed: true, segmentMs: 0, minimumFreeBytes: 0 },
    clock: systemClock,
    onRecording: () => undefined,
    onError: () => undefined,
  });
  const begun = vi.spyOn(recorder, 'add').mockReturnValue(1);
  const { worker } = startWorker(60_000, 0, { recorder });
  const viewer = new TestClient(worker, 'play', 'viewer');
  await viewer.join();
  const publish = async (sessionId: string, recorded: boolean): Promise<void> => {
    const publisher = new TestClient(worker, 'publish', sessionId);
    await publisher.join('room', recorded);
    const before = viewer.packets.length;
    let sequence = 1;
    await eventually(() => {
      publisher.sendVideo(sequence++, VP8_KEYFRAME);
      return viewer.packets.length > before;
    }, `the picture of ${sessionId} at the viewer`);
  };
  await publish('first', false);
  expect(begun).not.toHaveBeenCalled();
  await publish('second', true);
  expect(begun).toHaveBeenCalledOnce();
  await publish('third', false);
  expect(begun).toHaveBeenCalledOnce();
});
