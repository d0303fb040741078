/** Keyboard: what KeyList.tsx tells of. */
import type { RefObject } from 'preact';
import { useEffect } from 'preact/hooks';
import { flying } from '../../danmaku/flying-model.ts';
import { isKeyTaken } from './key-taken.ts';
import { player } from './player-model.ts';
import { sound } from './sound-model.ts';
import { watch } from './watch-model.ts';

const playOrStop = (): void => (player.isActive.value ? player.stop() : player.start());

const DEEDS: Readonly<Record<string, () => void>> = {
  ' ': playOrStop,
  k: playOrStop,
  m: () => sound.toggleMuted(),
  t: () => watch.toggleTheatre(),
  i: () => watch.toggleStatistics(),
  d: () => flying.toggle(),
  c: () => watch.writeMessage(),
  '?': () => (watch.showsKeys.value = !watch.showsKeys.value),
};

/** Listens in the page and, where the stage stands in a window of its own, in that. */
export function usePlayerKeys(stage: RefObject<HTMLElement | null>, onFullscreen: () => void): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      const key = event.key.toLowerCase();
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
      if (isKeyTaken(event.target, key)) return;
      const deed = key === 'f' ? onFullscreen : (DEEDS[key] ?? leaving(key));
      if (deed === undefined) return;
      deed();
      event.preventDefault();
    };
    const documents = new Set([document, stage.current?.ownerDocument ?? document]);
    for (const each of documents) each.addEventListener('keydown', onKey);
    return () => {
      for (const each of documents) each.removeEventListener('keydown', onKey);
    };
  });
}

/** Escape leaves the theatre, which hides the way back. */
function leaving(key: string): (() => void) | undefined {
  return key === 'escape' && watch.isTheatre.peek() ? () => watch.toggleTheatre() : undefined;
}
