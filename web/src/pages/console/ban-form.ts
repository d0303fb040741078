/** What the dialog of a ban holds, and whom it would end. */
import { type Signal, useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { BanTarget, BanWish } from '../../api/admin.ts';
import { account } from './account-model.ts';

/** Milliseconds after the last key before the server is asked whom the ban would end. */
const REST = 300;
/** Seconds; empty for good. */
export const DURATIONS = ['3600', '86400', '604800', '2592000', ''] as const;

export interface BanForm {
  kind: Signal<'subject' | 'address'>;
  /** The subject, or the address. */
  named: Signal<string>;
  place: Signal<'room' | 'everywhere'>;
  reason: Signal<string>;
  duration: Signal<string>;
}

/** The fields of a ban in a room, or everywhere where there is none. */
export function useBanForm(room: string | undefined): BanForm {
  return {
    kind: useSignal<'subject' | 'address'>('address'),
    named: useSignal(''),
    place: useSignal<'room' | 'everywhere'>(room === undefined ? 'everywhere' : 'room'),
    reason: useSignal(''),
    duration: useSignal('86400'),
  };
}

/**
 * What the fields ask for: of who is behind a session where there is one, or else of who is named; undefined while
 * nobody is.
 */
export function wishOf(form: BanForm, participant: string | undefined, room: string | undefined): BanWish | undefined {
  const target = targetOf(form, participant);
  if (target === undefined) return undefined;
  return {
    target,
    room: form.place.value === 'room' ? room : undefined,
    reason: form.reason.value.trim(),
    duration: form.duration.value === '' ? undefined : Number(form.duration.value),
  };
}

function targetOf({ kind, named }: BanForm, participant: string | undefined): BanTarget | undefined {
  if (participant !== undefined) return { participant };
  const name = named.value.trim();
  if (name === '') return undefined;
  return kind.value === 'subject' ? { subject: name } : { address: name };
}

/** How many live sessions a ban would end; undefined while that is not known. */
export function useSessionsEnded(wish: BanWish | undefined): number | undefined {
  const sessions = useSignal<number | undefined>(undefined);
  const key = wish === undefined ? undefined : JSON.stringify([wish.target, wish.room]);
  useEffect(() => {
    sessions.value = undefined;
    if (wish === undefined) return;
    let isOld = false;
    const look = (): void => {
      account.api.value.previewBan(wish).then(
        (count) => {
          if (!isOld) sessions.value = count;
        },
        () => undefined,
      );
    };
    const timer = window.setTimeout(look, REST);
    return () => {
      isOld = true;
      window.clearTimeout(timer);
    };
  }, [key]);
  return sessions.value;
}
