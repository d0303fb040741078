/** What the chat wants to be kept. The server implements it on its database. */
import type { ChatMessage, Mention } from './protocol.ts';

/** A message as it is kept: with what is not for everybody to see. */
export interface NewMessage {
  room: string;
  message: ChatMessage;
  clientId: string;
  /** The `sub` of the author's token. */
  subject: string | undefined;
}

export interface MessageEdit {
  room: string;
  id: number;
  text: string;
  mentions: readonly Mention[];
  /** Milliseconds since the epoch. */
  time: number;
  sequence: number;
}

/** Which messages of a room are wanted. */
export interface MessageQuery {
  /** Only lower ids; the newest of them. */
  before?: number | undefined;
  /** Only greater ids; the oldest of them unless `before` is there as well. */
  since?: number | undefined;
  limit: number;
}

/** A span of time: milliseconds since the epoch, both included. */
export interface TimeSpan {
  from: number;
  to: number;
}

/** When a room was cleared the last time. */
export interface Clearing {
  sequence: number;
  upTo: number;
}

/** Messages and changes share one sequence of numbers, which only ever grows: a message's id is its number in it. */
export interface ChatStore {
  /** Random bytes, the same for as long as the store is. */
  readonly secret: Uint8Array;
  /** The greatest number that has been used. */
  lastSequence(): number;
  /** Keeps all or, where it throws, none; when it returns they survive the end of this process. */
  add(messages: readonly NewMessage[]): void;
  edit(edit: MessageEdit): void;
  /** Erases the text of a message. */
  delete(room: string, id: number, sequence: number): void;
  /** Removes all messages of a room up to an id. */
  clear(room: string, clearing: Clearing): void;
  get(room: string, id: number): ChatMessage | undefined;
  /** What somebody has sent under this id of theirs. */
  findSent(room: string, author: string, clientId: string): ChatMessage | undefined;
  /** In the order of their ids. */
  list(room: string, query: MessageQuery): ChatMessage[];
  /** Messages up to an id that have been edited or deleted after it, at most `limit`. */
  changedAfter(room: string, sequence: number, limit: number): ChatMessage[];
  clearing(room: string): Clearing | undefined;
  /** Messages of a span of time that are not deleted, in the order of their ids, with ids greater than `since`. */
  within(room: string, span: TimeSpan, since: number, limit: number): ChatMessage[];
  /** Removes some of the messages that are older than a time or too many; whether there may be more of these. */
  removeOld(before: number): boolean;
}
