/** Plays one file; goes on where a recording has grown, or where its link had to be renewed. */
import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { Notice } from '../../components/Notice.tsx';
import { messages } from '../../i18n/language.ts';
import type { Playable, Recording } from './recording.ts';
import { shelf } from './recordings-model.ts';

interface RecordingMediaProps {
  recording: Recording;
  playable: Playable;
}

interface Source {
  url: string;
  /** Bytes that were there when it was opened. */
  size: number;
  grows: boolean;
  /** Seconds: where to go on. */
  from: number;
  /** How often it was opened anew because it failed. */
  attempt: number;
}

type Problem = 'playFailed' | 'playUnreachable';

export function RecordingMedia({ recording, playable }: RecordingMediaProps) {
  const texts = messages.value.recordings;
  const media = useRef<HTMLVideoElement>(null);
  const source = useSignal<Source>(open(recording, playable, 0, 0));
  const hasEnded = useSignal(false);
  const problem = useSignal<Problem | undefined>(undefined);
  const { size } = playable.file;
  const time = (): number => media.current?.currentTime ?? 0;

  // What was there has been played: go on as soon as there is more.
  useEffect(() => {
    if (!hasEnded.value || size <= source.value.size) return;
    hasEnded.value = false;
    source.value = open(recording, playable, time(), 0);
  }, [hasEnded.value, size]);

  useEffect(() => {
    const element = media.current;
    if (element === null) return;
    const { url, from } = source.value;
    element.src = url;
    const goOn = (): void => {
      if (from > 0) element.currentTime = from;
      element.play().catch(() => undefined);
    };
    element.addEventListener('loadedmetadata', goOn, { once: true });
    return () => {
      element.removeEventListener('loadedmetadata', goOn);
      element.removeAttribute('src');
      element.load();
    };
  }, [source.value]);

  async function onError(): Promise<void> {
    const { attempt, from } = source.value;
    const reached = Math.max(from, time());
    // Its link may have ended, or the file has gone to the store meanwhile.
    await shelf.refresh();
    const now = shelf.get(recording.id);
    if (now === undefined) return;
    if (shelf.failure.value !== undefined) {
      problem.value = 'playUnreachable';
    } else if (attempt === 0) {
      source.value = open(now, playable, reached, 1);
    } else {
      problem.value = 'playFailed';
    }
  }

  const shared = {
    class: playable.kind === 'video' ? 'player-video' : 'player-audio',
    controls: true,
    'aria-label': `${recording.room}, ${shelf.formatTime.value(recording.startedAt)}`,
    onEnded: () => {
      hasEnded.value = source.value.grows;
      if (source.value.grows) void shelf.refresh();
    },
    onError: () => void onError(),
    'data-testid': 'media',
  };
  return (
    <>
      {playable.kind === 'video' ? <video ref={media} {...shared} playsInline /> : <audio ref={media} {...shared} />}
      {problem.value !== undefined && (
        <Notice kind="problem" testId="play-problem">
          {texts[problem.value]}{' '}
          {problem.value === 'playUnreachable' && (
            <button
              type="button"
              class="button"
              onClick={() => {
                problem.value = undefined;
                void shelf.refresh().then(() => (source.value = open(recording, playable, time(), 0)));
              }}
              data-testid="play-again"
            >
              {texts.tryAgain}
            </button>
          )}
        </Notice>
      )}
    </>
  );
}

/** The file as the list has it at this moment. */
function open({ id, state }: Recording, { file }: Playable, from: number, attempt: number): Source {
  const listed = shelf.get(id)?.files.find(({ name }) => name === file.name) ?? file;
  return { url: listed.url, size: listed.size, grows: state === 'recording', from, attempt };
}
