/** The room's chat beside the broadcast; folded at first where there is little room. */
import { ChatPanel } from '../../chat/ChatPanel.tsx';
import { Icon } from '../../components/Icon.tsx';
import { messages } from '../../i18n/language.ts';
import { studioChat } from './studio-chat-model.ts';

export function StudioChat() {
  const { chat, isFolded } = studioChat;
  if (!chat.isThere.value) return null;
  return (
    <div class="studio-chat">
      {isFolded.value ? (
        <button type="button" class="button" onClick={() => studioChat.fold(false)} data-testid="chat-open">
          <Icon name="chat" />
          {messages.value.studio.openChat}
        </button>
      ) : (
        <ChatPanel chat={chat} onFold={() => studioChat.fold(true)} />
      )}
    </div>
  );
}
