/** What a reply shows of the message that it answers. */
import type { ChatMessage, QuotedMessage } from './protocol.ts';
import { beginningOf } from './text.ts';

/** Code points. */
const QUOTE_LENGTH = 100;

export function quote({ id, author, text }: ChatMessage): QuotedMessage {
  return { id, name: author.name, text: quotedText(text) };
}

/** The beginning of a text. */
export function quotedText(text: string): string {
  return beginningOf(text, QUOTE_LENGTH);
}
