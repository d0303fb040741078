/** Plays one file; goes on where a recording has grown, or where its link had to be renewed. */
import { type Signal, useSignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { Notice } from '../../components/Notice.tsx';
import { messages } from '../../i18n/language.ts';
import type { Playable, Recording } from './recording.ts';
import { shelf } from './recordings-model.ts';

interface RecordingMediaProps {
  recording: Recording;
  playable: Playable;
  /** Seconds of playback, written here. */
  time: Signal<number>;
  /** What lies over the picture. */
  children?: ComponentChildren;
}

interface Source {
  url: string;
  /** Bytes that were there when it was opened. */
  size: number;
  grows: boolean;
  /** Seconds: where to go on. */
  from: number;
  /** It was opened anew because it failed. */
  isRetry: boolean;
}

type Problem = 'playFailed' | 'playUnreachable';

export function RecordingMedia({ recording, playable, time, children }: RecordingMediaProps) {
  const texts = messages.value.recordings;
  const media = useRef<HTMLVideoElement>(null);
  const source = useSignal<Source>(sourceOf(recording, playable, 0, false));
  /** All that was there has been played. */
  const waitsForMore = useSignal(false);
  const problem = useSignal<Problem | undefined>(undefined);
  const { size } = playable.file;

  const reopen = (from: number, isRetry: boolean): void => {
    waitsForMore.value = false;
    problem.value = undefined;
    source.value = sourceOf(recording, playable, from, isRetry);
  };
  /** Seconds: how far it has been played. */
  const reached = (): number => Math.max(source.value.from, media.current?.currentTime ?? 0);

  useEffect(() => {
    if (waitsForMore.value && size > source.value.size) reopen(reached(), false);
  }, [waitsForMore.value, size]);

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

  function onEnded(): void {
    if (!source.value.grows) return;
    waitsForMore.value = true;
    void shelf.refresh();
  }

  async function onError(): Promise<void> {
    // Its link may have ended, the file may have gone to the store, or there was half a frame at its end.
    await shelf.refresh();
    const now = shelf.get(recording.id);
    if (now === undefined) return;
    const hasPlayed = reached() > 0;
    if (shelf.failure.value !== undefined) problem.value = 'playUnreachable';
    else if (source.value.grows && hasPlayed) waitsForMore.value = true;
    else if (!source.value.isRetry) reopen(reached(), true);
    else problem.value = 'playFailed';
  }

  const shared = {
    class: playable.kind === 'video' ? 'player-video' : 'player-audio',
    controls: true,
    'aria-label': `${recording.room}, ${shelf.formatTime.value(recording.startedAt)}`,
    onEnded,
    onTimeUpdate: () => (time.value = media.current?.currentTime ?? 0),
    onPlay: () => (waitsForMore.value = false),
    onError: () => void onError(),
    'data-testid': 'media',
  };
  return (
    <>
      {playable.kind === 'video' ? (
        <div class="player-picture">
          <video ref={media} {...shared} playsInline />
          {children}
        </div>
      ) : (
        <audio ref={media} {...shared} />
      )}
      {problem.value !== undefined && (
        <Notice kind="problem" testId="play-problem">
          {texts[problem.value]}{' '}
          {problem.value === 'playUnreachable' && (
            <button
              type="button"
              class="button"
              onClick={() => void shelf.refresh().then(() => reopen(reached(), false))}
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
function sourceOf({ id }: Recording, { file }: Playable, from: number, isRetry: boolean): Source {
  const now = shelf.get(id);
  const { url, size } = now?.files.find(({ name }) => name === file.name) ?? file;
  const grows = now?.state === 'recording';
  return { url: grows ? asItIsNow(url, size) : url, size, grows, from, isRetry };
}

/** What there is of a file that grows: with a length, so that it can be sought in, and not what the browser remembers. */
function asItIsNow(url: string, size: number): string {
  return `${url}${url.includes('?') ? '&' : '?'}size=${size}`;
}
