/** What is done with a room as a whole. */
import { consoleTexts } from '../../i18n/console.ts';
import { account } from './account-model.ts';
import { question } from './deeds.ts';

interface RoomToolsProps {
  room: string;
  isLocked: boolean;
  /** Whether there is anybody to be sent away. */
  isOccupied: boolean;
  refresh: () => void;
}

export function RoomTools({ room, isLocked, isOccupied, refresh }: RoomToolsProps) {
  const texts = consoleTexts.value.rooms;
  return (
    <div class="console-buttons start">
      <button
        type="button"
        class="button"
        onClick={() => askToLock(room, !isLocked, refresh)}
        data-testid={isLocked ? 'unlock' : 'lock'}
      >
        {isLocked ? texts.unlock : texts.lock}
      </button>
      {isOccupied && (
        <button type="button" class="button danger" onClick={() => askToClose(room, refresh)} data-testid="close-room">
          {texts.closeRoom}
        </button>
      )}
      <a class="button" href={`/web/player.html?room=${encodeURIComponent(room)}`} target="_blank" rel="noopener">
        {texts.watch}
      </a>
    </div>
  );
}

/** Asks about letting nobody new in, or letting them in again. */
function askToLock(room: string, isWanted: boolean, refresh: () => void): void {
  const texts = consoleTexts.value.rooms;
  question.value = {
    title: isWanted ? texts.lockTitle(room) : texts.unlockTitle(room),
    hint: isWanted ? texts.lockHint : texts.unlockHint,
    action: isWanted ? texts.lock : texts.unlock,
    isDangerous: false,
    asksReason: true,
    run: (reason) => account.api.value.setLocked(room, isWanted, reason).then(refresh),
  };
}

function askToClose(room: string, refresh: () => void): void {
  const texts = consoleTexts.value.rooms;
  question.value = {
    title: texts.closeTitle(room),
    hint: texts.closeHint,
    action: texts.closeRoom,
    isDangerous: true,
    asksReason: true,
    run: (reason) => account.api.value.closeRoom(room, reason).then(refresh),
  };
}
