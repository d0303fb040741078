/** Who may read in a room's chat but not write. */
import { consoleTexts } from '../../i18n/console.ts';
import type { MuteAnswer } from '../../api/admin.ts';
import { account } from './account-model.ts';
import { question } from './deeds.ts';
import { RowButton } from './RowButton.tsx';

interface MuteListProps {
  room: string;
  mutes: readonly MuteAnswer[];
  /** Of people by their ids, as far as they are known. */
  names: ReadonlyMap<string, string>;
  refresh: () => void;
}

export function MuteList({ room, mutes, names, refresh }: MuteListProps) {
  const texts = consoleTexts.value.chat;
  return (
    <>
      <h3>{texts.muted}</h3>
      <ul class="console-list">
        {mutes.map(({ id, subject, participant, reason }) => {
          const whom = subject ?? names.get(participant ?? '') ?? participant ?? '';
          return (
            <li key={id} data-testid="muted">
              <span>
                {whom} <span class="hint">{reason}</span>
              </span>
              <RowButton
                text={texts.unmute}
                label={texts.unmuteOf(whom)}
                testId="unmute"
                onClick={() => askToUnmute(room, id, whom, refresh)}
              />
            </li>
          );
        })}
      </ul>
    </>
  );
}

function askToUnmute(room: string, id: number, whom: string, refresh: () => void): void {
  const texts = consoleTexts.value.chat;
  question.value = {
    title: texts.unmuteTitle(whom),
    hint: '',
    action: texts.unmute,
    isDangerous: false,
    asksReason: true,
    run: (reason) => account.api.value.unmute(room, id, reason).then(refresh),
  };
}
