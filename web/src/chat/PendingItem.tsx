/** What has been written here and is not in the chat yet. */
import { messages as texts } from '../i18n/language.ts';
import type { ChatModel } from './chat-model.ts';
import type { PendingRequest } from './chat-state.ts';

export function PendingItem({ chat, pending }: { chat: ChatModel; pending: PendingRequest }) {
  const words = texts.value.chat;
  const { request, refusal } = pending;
  if (refusal === undefined && request.type !== 'send') return null;
  return (
    <div class={`chat-message pending${refusal === undefined ? '' : ' refused'}`} data-testid="chat-pending">
      {request.type !== 'delete' && (
        <p class="chat-line">
          <span class="chat-text" dir="auto">
            {request.text}
          </span>
        </p>
      )}
      {refusal === undefined ? (
        <p class="chat-note">{words.sending}</p>
      ) : (
        <p class="chat-refusal" role="alert" data-code={refusal.code} data-testid="chat-refusal">
          <span>{Object.hasOwn(words.refusals, refusal.code) ? words.refusals[refusal.code] : refusal.detail}</span>
          <button type="button" class="link" onClick={() => chat.retry(pending)}>
            {words.sendAgain}
          </button>
          <button type="button" class="link" onClick={() => chat.discard(pending)}>
            {words.discard}
          </button>
        </p>
      )}
    </div>
  );
}
