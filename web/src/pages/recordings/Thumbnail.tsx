/** The first frame of a recording, while the card is near the window; a sign in its place otherwise. */
import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { Icon } from '../../components/Icon.tsx';
import { firstFrame } from './first-frames.ts';
import type { Playable, Recording } from './recording.ts';

/** How near to the window a card is when its picture is loaded. */
const NEAR = '300px';

interface ThumbnailProps {
  recording: Recording;
  playable: Playable | undefined;
}

export function Thumbnail({ recording, playable }: ThumbnailProps) {
  const place = useRef<HTMLSpanElement>(null);
  const isNear = useSignal(false);
  const hasFrame = useSignal(false);
  const { id, state, size } = recording;
  const url = playable?.kind === 'video' ? playable.file.url : undefined;
  const grows = state === 'recording';
  // What has no picture yet may have one when it has grown.
  const attempt = grows && !hasFrame.value ? size : 0;

  useEffect(() => {
    const target = place.current;
    if (target === null) return;
    const observer = new IntersectionObserver((entries) => (isNear.value = entries.at(-1)?.isIntersecting ?? false), {
      rootMargin: NEAR,
    });
    observer.observe(target);
    return () => observer.disconnect();
  }, [isNear]);

  useEffect(() => {
    if (!isNear.value || url === undefined || hasFrame.value) return;
    const end = new AbortController();
    void firstFrame({ key: id, url, grows }, end.signal).then((frame) => {
      if (frame === undefined || end.signal.aborted) return;
      place.current?.replaceChildren(frame);
      hasFrame.value = true;
    });
    return () => end.abort();
    // Not for a new link alone: with tokens, every list has new ones.
  }, [isNear.value, url === undefined, attempt, hasFrame.value]);

  useEffect(() => {
    if (isNear.value || !hasFrame.value) return;
    place.current?.replaceChildren();
    hasFrame.value = false;
  }, [isNear.value]);

  return (
    <>
      <span ref={place} class="record-frame" data-testid="thumbnail" data-has-frame={hasFrame.value} />
      {!hasFrame.value && (
        <span class="record-sign">
          <Icon name={recording.videoCodec === undefined ? 'sound' : 'film'} />
        </span>
      )}
    </>
  );
}
