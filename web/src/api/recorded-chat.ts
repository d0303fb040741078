/** What was said in the chat while a recording was made. */
import type { ChatMessage } from '../../../src/chat/protocol.ts';
import { call } from './request.ts';

export interface RecordedMessage extends ChatMessage {
  /** Seconds from the start of the recording. */
  offset: number;
}

interface RecordedChat {
  messages: RecordedMessage[];
  /** Whether there are no later ones. */
  isComplete: boolean;
}

/** Messages in one answer. */
const PAGE = 1000;
/** More than these are left out. */
const MOST = 5000;

/** Reads the messages in their order; rejects where the server does not tell them. */
export async function readRecordedChat(id: string, token: string, signal: AbortSignal): Promise<RecordedMessage[]> {
  const messages: RecordedMessage[] = [];
  while (messages.length < MOST) {
    const since = messages.at(-1)?.id ?? 0;
    const url = `/api/records/${encodeURIComponent(id)}/chat?since=${since}&limit=${PAGE}`;
    const answer = (await (await call('GET', url, { token, signal })).json()) as RecordedChat;
    messages.push(...answer.messages);
    if (answer.isComplete || answer.messages.length === 0) break;
  }
  return messages;
}
