/** The broadcaster's place in the room's chat. */
import { effect, signal } from '@preact/signals';
import { ChatModel } from '../../chat/chat-model.ts';
import { isRoomName } from '../../settings/access.ts';
import { readStored, writeStored } from '../../settings/storage.ts';
import { publisher } from './publisher-model.ts';

const FOLDED = 'studio.chat.folded';
/** Where everything stands in one column, the chat would push the settings out of sight. */
const NARROW = '(max-width: 900px)';

class StudioChatModel {
  readonly chat = new ChatModel();
  readonly isFolded = signal(startsFolded());

  constructor() {
    // With the broadcast it is known which room and token count.
    effect(() => {
      if (publisher.isActive.value) this.join();
    });
  }

  /** Goes into the chat of the room that the page stands at. */
  join(): void {
    const room = publisher.room.peek().trim();
    if (isRoomName(room)) this.chat.join(room, publisher.token.peek().trim());
  }

  fold(isFolded: boolean): void {
    this.isFolded.value = isFolded;
    writeStored('localStorage', FOLDED, isFolded ? '1' : '0');
  }
}

function startsFolded(): boolean {
  const stored = readStored('localStorage', FOLDED);
  return stored === null ? window.matchMedia(NARROW).matches : stored === '1';
}

/** The chat of this page. */
export const studioChat = new StudioChatModel();
