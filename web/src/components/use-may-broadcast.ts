/** Whether a visitor may broadcast at all, for pages that would invite them to. */
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { whoAmI } from '../api/me.ts';

/** True as soon as the server has said that the sender of this token may publish into some room. */
export function useMayBroadcast(token: string): boolean {
  const may = useSignal(false);
  useEffect(() => {
    const end = new AbortController();
    may.value = false;
    whoAmI(token, end.signal).then(
      ({ actions }) => {
        may.value = actions.includes('publish');
      },
      () => undefined,
    );
    return () => end.abort();
  }, [token, may]);
  return may.value;
}
