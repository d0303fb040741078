/** A clock that counts up. */
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { messages } from '../i18n/language.ts';
import { formatDuration } from './format.ts';

/** `since`: milliseconds since the epoch. */
export function Duration({ since }: { since: number }) {
  const now = useSignal(Date.now());
  useEffect(() => {
    const timer = window.setInterval(() => (now.value = Date.now()), 1000);
    return () => window.clearInterval(timer);
  }, [now]);
  return (
    <span class="duration" aria-label={messages.value.figures.duration} role="timer" data-testid="duration">
      {formatDuration(now.value - since)}
    </span>
  );
}
