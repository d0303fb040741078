/** Room and token. */
import { useSignalEffect, type Signal } from '@preact/signals';
import { useRef } from 'preact/hooks';
import { messages } from '../i18n/language.ts';
import type { RoomProblem } from '../settings/access.ts';
import { TextField } from './fields.tsx';
import { TokenField } from './TokenField.tsx';

interface AccessFieldsProps {
  room: Signal<string>;
  token: Signal<string>;
  problem: Signal<RoomProblem | undefined>;
  /** Of the token's field. */
  tokenLabel?: string;
  /** While a session runs they cannot be changed. */
  disabled: boolean;
}

export function AccessFields({ room, token, problem, tokenLabel, disabled }: AccessFieldsProps) {
  const texts = messages.value.access;
  const field = useRef<HTMLInputElement>(null);
  // Every time that somebody starts without a room, they are led to where it is missing.
  useSignalEffect(() => {
    if (problem.value !== undefined) field.current?.focus();
  });
  return (
    <>
      <TextField
        label={texts.room}
        testId="room"
        value={room.value}
        onInput={(value) => {
          room.value = value;
          problem.value = undefined;
        }}
        placeholder={texts.roomHint}
        problem={problem.value && texts[problem.value]}
        input={field}
        disabled={disabled}
        maxLength={128}
      />
      <TokenField token={token} label={tokenLabel} disabled={disabled} />
    </>
  );
}
