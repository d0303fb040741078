/** Keyboard: what KeyList.tsx tells of. */
import { useEffect } from 'preact/hooks';
import { flying } from '../../danmaku/flying-model.ts';
import { player } from './player-model.ts';
import { sound } from './sound-model.ts';
import { watch } from './watch-model.ts';

const DEEDS: Readonly<Record<string, () => void>> = {
  ' ': () => (player.isActive.value ? player.stop() : player.start()),
  m: () => sound.toggleMuted(),
  t: () => watch.toggleTheatre(),
  i: () => watch.toggleStatistics(),
  d: () => flying.toggle(),
  c: () => watch.writeMessage(),
  '?': () => (watch.showsKeys.value = !watch.showsKeys.value),
};

export function usePlayerKeys(onFullscreen: () => void): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || hasOwnKeys(event.target)) return;
      const deed = DEEDS[event.key.toLowerCase()];
      if (event.key.toLowerCase() === 'f') onFullscreen();
      else if (deed === undefined) return;
      else deed();
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
