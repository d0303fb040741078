/** A small moving picture of a room, without sound, in the smallest size that there is. */
import { useEffect, useRef } from 'preact/hooks';
import { playEndpoint } from '../../api/whep.ts';
import { call } from '../../api/request.ts';
import type { SessionResource } from '../../api/session.ts';
import { consoleTexts } from '../../i18n/console.ts';
import { LiveSession } from '../../webrtc/live-session.ts';
import { account } from './account-model.ts';

/** Lines: the largest layer that is asked for. */
const MOST_LINES = 240;

export function RoomPreview({ room }: { room: string }) {
  const texts = consoleTexts.value.rooms;
  const video = useRef<HTMLVideoElement>(null);
  useEffect(() => {
    const token = account.token.value;
    const session = new LiveSession({
      side: 'receive',
      endpoint: playEndpoint(room),
      token,
      prepare(connection) {
        connection.addTransceiver('video', { direction: 'recvonly' });
        connection.addEventListener('track', ({ track }) => {
          if (video.current !== null) video.current.srcObject = new MediaStream([track]);
        });
      },
      onOpened: (resource, ended) => void askForSmallest(resource, token, ended),
    });
    session.start();
    return () => session.stop();
  }, [room]);
  return (
    <div class="room-preview" data-testid="preview">
      <video ref={video} autoPlay muted playsInline aria-label={`${texts.preview}: ${room}`} />
    </div>
  );
}

/** A broadcast without layers has only one size: then the server refuses, and that one is shown. */
async function askForSmallest({ layerUrl }: SessionResource, token: string, signal: AbortSignal): Promise<void> {
  if (layerUrl === undefined) return;
  const body = JSON.stringify({ maxHeight: MOST_LINES });
  await call('POST', layerUrl, { token, signal, contentType: 'application/json', body }).catch(() => undefined);
}
