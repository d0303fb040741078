/** Keyboard: space plays and stops, m mutes, f goes to full screen. */
import { useEffect } from 'preact/hooks';
import { player } from './player-model.ts';
import { sound } from './sound-model.ts';

export function usePlayerKeys(onFullscreen: () => void): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || hasOwnKeys(event.target)) return;
      switch (event.key) {
        case ' ':
          if (player.isActive.value) player.stop();
          else player.start();
          break;
        case 'm':
        case 'M':
          sound.toggleMuted();
          break;
        case 'f':
        case 'F':
          onFullscreen();
          break;
        default:
          return;
      }
      event.preventDefault();
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  });
}

/** Fields, buttons and links have a use for keys themselves. */
function hasOwnKeys(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest('input, textarea, select, button, a') !== null;
}
