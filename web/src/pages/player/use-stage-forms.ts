/** The forms that the stage takes beside its place on the page: full screen, and a window of its own. */
import { useSignal, type Signal } from '@preact/signals';
import type { RefObject } from 'preact';
import { useEffect } from 'preact/hooks';
import { messages } from '../../i18n/language.ts';
import { canFloatElements, toggleFloating } from './floating-stage.ts';
import { toggleFullscreen, togglePictureInPicture } from './screen.ts';

export interface StageForms {
  isFullscreen: Signal<boolean>;
  /** In a window of its own, which has no other form. */
  isFloating: Signal<boolean>;
  onFullscreen: () => void;
  onPictureInPicture: () => void;
}

export function useStageForms(
  stage: RefObject<HTMLElement | null>,
  video: RefObject<HTMLVideoElement | null>,
): StageForms {
  const isFullscreen = useSignal(false);
  const isFloating = useSignal(false);

  useEffect(() => {
    const follow = (): void => {
      isFullscreen.value = document.fullscreenElement === stage.current && stage.current !== null;
    };
    document.addEventListener('fullscreenchange', follow);
    return () => document.removeEventListener('fullscreenchange', follow);
  }, [stage, isFullscreen]);

  const onFullscreen = (): void => {
    if (stage.current === null || video.current === null || isFloating.peek()) return;
    toggleFullscreen(stage.current, video.current).catch(() => undefined);
  };
  const onPictureInPicture = (): void => {
    if (stage.current === null || video.current === null) return;
    const toggled = canFloatElements()
      ? toggleFloating(stage.current, messages.peek().player.floats, (floats) => (isFloating.value = floats))
      : togglePictureInPicture(video.current);
    toggled.catch(() => undefined);
  };
  return { isFullscreen, isFloating, onFullscreen, onPictureInPicture };
}
