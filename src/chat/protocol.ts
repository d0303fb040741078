/**
 * What a chat and its clients say to each other over a WebSocket; docs/usage.md shows it by example.
 *
 * A client sends one JSON object a text frame ({@link ClientMessage}); the server sends a JSON array of
 * {@link ServerMessage} a text frame. Times are milliseconds since the epoch. The pages share these types: nothing here
 * may need Node.
 */

/** The version of this protocol. New members may come with the same version: what is not known is to be ignored. */
export const CHAT_VERSION = 1;

/** The subprotocol (RFC 6455, 1.9) that a client offers and the server accepts. */
export const CHAT_SUBPROTOCOL = 'live-webrtc.chat';

/** A token is offered as a further subprotocol: this, and the token's UTF-8 bytes in base64url without padding. */
export const TOKEN_SUBPROTOCOL_PREFIX = 'token.';

export const DANMAKU_SIZES = ['small', 'medium', 'large'] as const;
export type DanmakuSize = (typeof DANMAKU_SIZES)[number];

export const DANMAKU_PLACES = ['rolling', 'top', 'bottom'] as const;
export type DanmakuPlace = (typeof DANMAKU_PLACES)[number];

/** How a message flies over the picture; a message without it stays in the list. */
export interface Danmaku {
  /** #rrggbb, in lower case. */
  color: string;
  size: DanmakuSize;
  place: DanmakuPlace;
}

/** What somebody may do in a room, as their name is to be marked. */
export type ChatRole = 'viewer' | 'publisher' | 'moderator' | 'admin';

/** Who wrote something. */
export interface ChatAuthor {
  /** Names a person in this room, whatever their connection: to mute them, and to see which messages are one's own. */
  id: string;
  name: string;
  role: ChatRole;
  /** They have no token and chose the name themselves. */
  isGuest: boolean;
}

/** A part of a text that names somebody: `text.slice(start, start + length)` is "@name". */
export interface Mention {
  /** The id of a {@link ChatAuthor}. */
  author: string;
  start: number;
  length: number;
}

/** What a reply shows of the message that it answers. */
export interface QuotedMessage {
  id: number;
  name: string;
  /** The beginning of its text; empty where it has been deleted. */
  text: string;
}

export interface ChatMessage {
  /** Grows: a later message of a room has a greater id. */
  id: number;
  time: number;
  author: ChatAuthor;
  /** Plain text, to be shown as such. Empty where the message has been deleted. */
  text: string;
  replyTo?: QuotedMessage;
  mentions?: Mention[];
  danmaku?: Danmaku;
  /** When the text was last changed. */
  editedAt?: number;
  isDeleted?: true;
}

/** Settings of the room that a client shows. */
export interface ChatSettings {
  /** Whether people without a token may write. */
  guestsMayWrite: boolean;
  /** Seconds between two messages of one person; 0 for none. Moderators need not wait. */
  slowMode: number;
}

export interface ChatLimits {
  /** Unicode code points of a text. */
  textLength: number;
  /** Unicode code points of a name. */
  nameLength: number;
}

/** Who the server takes the client for. */
export interface ChatSelf extends ChatAuthor {
  /** May delete every message. */
  isModerator: boolean;
  /**
   * Only for people whom no token names, who are otherwise somebody new with each connection: to be kept, told to nobody
   * and sent with the next `join`.
   */
  key?: string;
}

export interface MuteNotice {
  /** When it ends; missing where it does not. */
  until?: number;
  reason: string;
}

// ---- from the client ----

/** The first message on every connection, within ten seconds. */
export interface JoinMessage {
  type: 'join';
  version: typeof CHAT_VERSION;
  /** Ignored where the token has a name. Without either the server gives one. */
  nickname?: string;
  /** From the `welcome` of an earlier connection. */
  key?: string;
  /** The greatest `id` or `sequence` that the client has seen: it gets what came later. Without it the newest messages. */
  since?: number;
}

/** Says something. Sent again with the same `clientId` (after a broken connection) it is kept once. */
export interface SendMessage {
  type: 'send';
  /** Chosen by the client, 1 to 64 of A-Z a-z 0-9 _ and -, never used again by the same person for something else. */
  clientId: string;
  text: string;
  /** The id of a message. */
  replyTo?: number;
  danmaku?: Danmaku;
}

/** Changes the text of an own message. */
export interface EditMessage {
  type: 'edit';
  clientId: string;
  id: number;
  text: string;
}

/** Deletes an own message; moderators may delete every message. */
export interface DeleteMessage {
  type: 'delete';
  clientId: string;
  id: number;
}

/** Asks for earlier messages than those of the `welcome`. */
export interface HistoryRequest {
  type: 'history';
  clientId: string;
  /** The id of the earliest message that the client has. */
  before: number;
}

export type ClientMessage = JoinMessage | SendMessage | EditMessage | DeleteMessage | HistoryRequest;

// ---- from the server ----

/** The answer to `join`. */
export interface WelcomeMessage {
  type: 'welcome';
  version: typeof CHAT_VERSION;
  you: ChatSelf;
  /** In the order of their ids: those after `since`, or the newest. */
  history: ChatMessage[];
  /** Earlier messages that have been edited or deleted after `since`, as they are now. */
  changed: ChatMessage[];
  /** With `since`: the room was cleared after it; what the client has up to this id is gone. */
  clearedUpTo?: number;
  /** Whether there is nothing between `since` (or the room's beginning) and `history` that is not told here. */
  isComplete: boolean;
  /** What to send as `since` next, unless something greater has come until then. */
  sequence: number;
  presence: number;
  settings: ChatSettings;
  limits: ChatLimits;
  muted?: MuteNotice;
}

/** What was sent, edited or deleted is kept, and survives a crash of the server. */
export interface AckMessage {
  type: 'ack';
  clientId: string;
  /** Of the message. */
  id: number;
  time: number;
}

/** What was asked for has not been done. */
export interface RefusalMessage {
  type: 'refusal';
  /** Missing where the client's message had none that could be read. */
  clientId?: string;
  code: ChatRefusalCode;
  /** One sentence in English: what to do, or what is wrong in this case. */
  detail: string;
  /** Seconds after which trying again makes sense. */
  retryAfter?: number;
}

/** The answer to a {@link HistoryRequest}. */
export interface HistoryMessage {
  type: 'history';
  clientId: string;
  /** In the order of their ids, as they are now: the newest of those that are earlier, at most 100. */
  messages: ChatMessage[];
  /** Whether there are no earlier ones than these. */
  isComplete: boolean;
}

/** Something was said, by whoever: the sender gets it as well. */
export interface MessageMessage {
  type: 'message';
  message: ChatMessage;
}

export interface EditedMessage {
  type: 'edited';
  sequence: number;
  /** As it is now. */
  message: ChatMessage;
}

export interface DeletedMessage {
  type: 'deleted';
  sequence: number;
  id: number;
}

/** A moderator has cleared the room: messages up to this id are gone. */
export interface ClearedMessage {
  type: 'cleared';
  sequence: number;
  upTo: number;
}

/** How many people are in the chat; told at most every two seconds. */
export interface PresenceMessage {
  type: 'presence';
  count: number;
}

/** The person of this connection may not write any more. */
export interface MutedMessage extends MuteNotice {
  type: 'muted';
}

/** They may write again. */
export interface UnmutedMessage {
  type: 'unmuted';
}

export interface SettingsMessage {
  type: 'settings';
  settings: ChatSettings;
}

/** The last message: the server closes the connection with the code of {@link CHAT_CLOSURES}. */
export interface ClosedMessage {
  type: 'closed';
  reason: ChatClosure;
  /** One sentence in English. */
  detail: string;
}

export type ServerMessage =
  | WelcomeMessage
  | AckMessage
  | RefusalMessage
  | HistoryMessage
  | MessageMessage
  | EditedMessage
  | DeletedMessage
  | ClearedMessage
  | PresenceMessage
  | MutedMessage
  | UnmutedMessage
  | SettingsMessage
  | ClosedMessage;

/** Why something is refused, and what to do. */
export const CHAT_REFUSALS = {
  malformed: 'Send a message as the protocol describes it.',
  not_joined: 'Send join first.',
  already_joined: 'Send join once a connection.',
  bad_nickname: 'Choose a name that has letters or digits and is not too long.',
  empty_text: 'Write something.',
  text_too_long: 'Write less.',
  guests_may_not_write: 'Log in, or use a token: guests only read here.',
  muted: 'A moderator has muted you.',
  rate_limited: 'Wait a moment: you write too fast.',
  network_busy: 'Wait a moment, or log in: guests of your network write too much together.',
  room_busy: 'Wait a moment: too much is written here at once.',
  slow_mode: 'Wait: the room is in slow mode.',
  duplicate: 'Write something else: you have just said that.',
  blocked_word: 'Leave out the word that is not wanted here.',
  no_such_message: 'There is no such message any more.',
  not_yours: 'Only your own messages can be changed.',
  not_kept: 'Try again: the server could not keep the message.',
} as const satisfies Record<string, string>;

export type ChatRefusalCode = keyof typeof CHAT_REFUSALS;

/** Why the server ends a connection, the code that it closes with, and whether connecting again makes sense. */
export const CHAT_CLOSURES = {
  malformed: { code: 4400, isFinal: true, detail: 'What was sent is not of this protocol.' },
  expired: { code: 4401, isFinal: true, detail: 'The token has expired.' },
  banned: { code: 4403, isFinal: true, detail: 'You are banned.' },
  room_closed: { code: 4404, isFinal: true, detail: 'A moderator has closed the room.' },
  chat_off: { code: 4405, isFinal: true, detail: 'The chat of this room is switched off.' },
  join_too_late: { code: 4408, isFinal: false, detail: 'Nothing asked to join in time.' },
  access_changed: { code: 4409, isFinal: false, detail: 'The room is not open to everybody any more: come in again.' },
  logged_out: { code: 4410, isFinal: false, detail: 'You have logged out: come in again.' },
  too_slow: { code: 4413, isFinal: false, detail: 'Too much waits to be read.' },
  too_many_messages: { code: 4429, isFinal: false, detail: 'Too much was sent at once.' },
  server_stops: { code: 4503, isFinal: false, detail: 'The server is shutting down.' },
} as const satisfies Record<string, { code: number; isFinal: boolean; detail: string }>;

export type ChatClosure = keyof typeof CHAT_CLOSURES;
