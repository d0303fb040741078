/** Playing a file in a media element: on where the recording has grown, and where its link had to be renewed. */
import { type ReadonlySignal, useSignal } from '@preact/signals';
import type { RefObject } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import type { Playable, Recording } from './recording.ts';
import { shelf } from './recordings-model.ts';

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

export type PlayProblem = 'playFailed' | 'playUnreachable';

export interface GrowingMedia {
  media: RefObject<HTMLVideoElement | null>;
  problem: ReadonlySignal<PlayProblem | undefined>;
  /** Asks for the list and opens the file again. */
  tryAgain: () => Promise<void>;
  /** Handlers of the element. */
  onEnded: () => void;
  onError: () => Promise<void>;
  onPlay: () => void;
}

export function useGrowingMedia(recording: Recording, playable: Playable): GrowingMedia {
  const media = useRef<HTMLVideoElement>(null);
  const source = useSignal<Source>(sourceOf(recording, playable, 0, false));
  /** All that was there has been played. */
  const waitsForMore = useSignal(false);
  const problem = useSignal<PlayProblem | undefined>(undefined);
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
    return element === null ? undefined : playFrom(element, source.value);
  }, [source.value]);

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

  return {
    media,
    problem,
    tryAgain: () => shelf.refresh().then(() => reopen(reached(), false)),
    onEnded: () => {
      if (!source.value.grows) return;
      waitsForMore.value = true;
      void shelf.refresh();
    },
    onError,
    onPlay: () => (waitsForMore.value = false),
  };
}

/** Opens a source in the element and plays it from where it should go on; the returned function lets go of it. */
function playFrom(element: HTMLMediaElement, { url, from }: Source): () => void {
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
