/** The state of a room in a few words. */
import { consoleTexts } from '../../i18n/console.ts';
import type { RoomRow } from './room-rows.ts';

interface RoomMarksProps {
  row: Pick<RoomRow, 'state' | 'isLocked' | 'isListed' | 'hasPassword'>;
  /** People in its chat, where that is known. */
  inChat?: number;
}

export function RoomMarks({ row, inChat = 0 }: RoomMarksProps) {
  const texts = consoleTexts.value.rooms;
  return (
    <p class="marks">
      <span class={`mark ${row.state}`} data-testid="room-state">
        {texts[row.state]}
      </span>
      {inChat > 0 && (
        <span class="mark" data-testid="in-chat">
          {texts.inChat(inChat)}
        </span>
      )}
      {row.isLocked && <span class="mark">{texts.locked}</span>}
      {!row.isListed && <span class="mark">{texts.unlisted}</span>}
      {row.hasPassword && <span class="mark">{texts.protected}</span>}
    </p>
  );
}
