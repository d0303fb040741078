/** What a chat's client knows, and how it changes with what the server says. Pure. */
import type {
  ChatClosure,
  ChatLimits,
  ChatMessage,
  ChatRefusalCode,
  ChatSelf,
  ChatSettings,
  DeleteMessage,
  EditMessage,
  HistoryMessage,
  MuteNotice,
  SendMessage,
  ServerMessage,
  WelcomeMessage,
} from '../../../src/chat/protocol.ts';

/** What the client asks the server to do, and may have to ask again. */
export type ChatRequest = SendMessage | EditMessage | DeleteMessage;

export interface ChatRefusal {
  code: ChatRefusalCode;
  /** One sentence in English. */
  detail: string;
}

/** A request that the server has not done yet. */
export interface PendingRequest {
  request: ChatRequest;
  /** Where the server does not want to do it: it is not sent again by itself. */
  refusal?: ChatRefusal;
  /** Of the message, once the server has kept it: it is shown until the message itself comes. */
  id?: number;
}

export interface ChatState {
  /** In the order of their ids. */
  messages: readonly ChatMessage[];
  pending: readonly PendingRequest[];
  /** How many are kept at most: more while earlier ones are read. */
  kept: number;
  /** Whether there are earlier messages than these on the server. */
  hasEarlier: boolean;
  /** The `clientId` that earlier ones were asked for with; undefined where nothing is awaited. */
  askedEarlier: string | undefined;
  /** The greatest id or sequence seen; undefined before the first welcome. */
  since: number | undefined;
  /** Whether the server has let this connection in. */
  isJoined: boolean;
  you: ChatSelf | undefined;
  presence: number;
  settings: ChatSettings;
  limits: ChatLimits;
  muted: MuteNotice | undefined;
  /** What the server refused of the join itself, the last time that it was asked for by hand. */
  joinRefusal: ChatRefusal | undefined;
  /** Milliseconds since the epoch before which the next message would be refused. */
  waitUntil: number;
  closure: ChatClosure | undefined;
}

/** More messages are not kept on the page, unless earlier ones were asked for. */
export const MOST_MESSAGES = 500;

export const EMPTY_CHAT: ChatState = {
  messages: [],
  pending: [],
  kept: MOST_MESSAGES,
  hasEarlier: false,
  askedEarlier: undefined,
  since: undefined,
  isJoined: false,
  you: undefined,
  presence: 0,
  settings: { guestsMayWrite: true, slowMode: 0 },
  limits: { textLength: 500, nameLength: 32 },
  muted: undefined,
  joinRefusal: undefined,
  waitUntil: 0,
  closure: undefined,
};

/** The state after a message of the server; `now` is in milliseconds since the epoch. */
export function afterServerMessage(state: ChatState, event: ServerMessage, now: number): ChatState {
  switch (event.type) {
    case 'welcome':
      return afterWelcome(state, event);
    case 'ack':
      return afterAck(state, event.clientId, event.id, now);
    case 'refusal':
      return afterRefusal(state, event, now);
    case 'history':
      return afterHistory(state, event);
    case 'message':
      return withMessages({ ...state, since: later(state, event.message.id) }, [event.message]);
    case 'edited':
      return withChanged({ ...state, since: later(state, event.sequence) }, [event.message]);
    case 'deleted':
      return withDeleted({ ...state, since: later(state, event.sequence) }, event.id);
    case 'cleared':
      return withoutCleared({ ...state, since: later(state, event.sequence) }, event.upTo);
    case 'presence':
      return { ...state, presence: event.count };
    case 'muted':
      return {
        ...state,
        muted: { reason: event.reason, ...(event.until === undefined ? {} : { until: event.until }) },
      };
    case 'unmuted':
      return { ...state, muted: undefined };
    case 'settings':
      return { ...state, settings: event.settings, waitUntil: event.settings.slowMode === 0 ? 0 : state.waitUntil };
    case 'closed':
      return { ...state, closure: event.reason };
    default:
      // Of a newer server.
      return state;
  }
}

/** The state with one more request that is to be done. */
export function withRequest(state: ChatState, request: ChatRequest): ChatState {
  return { ...state, pending: [...withoutRequest(state, request.clientId).pending, { request }] };
}

/** The state without a request, whatever has become of it. */
export function withoutRequest(state: ChatState, clientId: string): ChatState {
  return { ...state, pending: state.pending.filter(({ request }) => request.clientId !== clientId) };
}

/** The state once earlier messages are asked for; the same state where there are none, or they are awaited already. */
export function withEarlierAsked(state: ChatState, clientId: string): ChatState {
  const { isJoined, hasEarlier, askedEarlier, messages } = state;
  const isUseless = !isJoined || !hasEarlier || askedEarlier !== undefined || messages.length === 0;
  return isUseless ? state : { ...state, askedEarlier: clientId };
}

/** The state without the earlier messages that were asked for: they can be asked for again. */
export function withoutEarlier(state: ChatState): ChatState {
  return withMessages({ ...state, kept: MOST_MESSAGES }, []);
}

/** What is to be sent on a new connection, once it has joined: all that nobody has answered, in its order. */
export function unanswered(state: ChatState): ChatRequest[] {
  return state.pending.filter(({ refusal, id }) => refusal === undefined && id === undefined).map((one) => one.request);
}

function afterWelcome(state: ChatState, welcome: WelcomeMessage): ChatState {
  const { you, presence, settings, limits, muted, sequence, history, changed, clearedUpTo, isComplete } = welcome;
  const isContinued = state.since !== undefined && isComplete;
  let next: ChatState = {
    ...state,
    isJoined: true,
    you,
    presence,
    settings,
    limits,
    muted,
    closure: undefined,
    since: history.reduce((greatest, { id }) => Math.max(greatest, id), Math.max(sequence, state.since ?? 0)),
    // A list with a hole in it would read as if nothing had been said there.
    messages: isContinued ? state.messages : [],
    kept: isContinued ? state.kept : MOST_MESSAGES,
    // What was asked for on another connection does not come any more.
    askedEarlier: undefined,
  };
  if (clearedUpTo !== undefined) next = withoutCleared(next, clearedUpTo);
  if (!isContinued) next = { ...next, hasEarlier: !isComplete };
  return withMessages(withChanged(next, changed), history);
}

function afterHistory(state: ChatState, { clientId, messages, isComplete }: HistoryMessage): ChatState {
  if (clientId !== state.askedEarlier) return state;
  const next = { ...state, askedEarlier: undefined, hasEarlier: !isComplete, kept: state.kept + messages.length };
  return withMessages(next, messages);
}

function afterAck(state: ChatState, clientId: string, id: number, now: number): ChatState {
  const answered = state.pending.find(({ request }) => request.clientId === clientId);
  if (answered?.request.type !== 'send') return withoutRequest(state, clientId);
  const slowMode = state.you?.isModerator === true ? 0 : state.settings.slowMode;
  const waitUntil = Math.max(state.waitUntil, now + slowMode * 1000);
  const isHere = state.messages.some((message) => message.id === id);
  if (isHere) return { ...withoutRequest(state, clientId), waitUntil };
  const pending = state.pending.map((one) => (one === answered ? { request: one.request, id } : one));
  return { ...state, pending, waitUntil };
}

function afterRefusal(
  state: ChatState,
  {
    clientId,
    code,
    detail,
    retryAfter,
  }: { clientId?: string; code: ChatRefusalCode; detail: string; retryAfter?: number },
  now: number,
): ChatState {
  const refusal = { code, detail };
  if (clientId === undefined) return state.isJoined ? state : { ...state, joinRefusal: refusal };
  if (clientId === state.askedEarlier) return { ...state, askedEarlier: undefined };
  const isRate = code === 'slow_mode' || code === 'rate_limited' || code === 'network_busy';
  const waits = isRate && retryAfter !== undefined;
  const waitUntil = waits ? Math.max(state.waitUntil, now + retryAfter * 1000) : state.waitUntil;
  const pending = state.pending.map((one) =>
    one.request.clientId === clientId ? { request: one.request, refusal } : one,
  );
  return { ...state, pending, waitUntil };
}

function later({ since }: ChatState, sequence: number): number {
  return Math.max(since ?? 0, sequence);
}

/** Adds what is not there yet, in order, and lets go of what is too old. */
function withMessages(state: ChatState, added: readonly ChatMessage[]): ChatState {
  const last = state.messages.at(-1)?.id ?? 0;
  const isInOrder = added.every(({ id }, index) => id > (added[index - 1]?.id ?? last));
  const messages = isInOrder ? [...state.messages, ...added] : merged(state.messages, added);
  const ids = new Set(added.map(({ id }) => id));
  const pending = state.pending.filter(({ id }) => id === undefined || !ids.has(id));
  const hasEarlier = state.hasEarlier || messages.length > state.kept;
  return { ...state, messages: messages.slice(-state.kept), hasEarlier, pending };
}

function merged(present: readonly ChatMessage[], added: readonly ChatMessage[]): ChatMessage[] {
  const byId = new Map([...present, ...added].map((message) => [message.id, message]));
  return [...byId.values()].sort((a, b) => a.id - b.id);
}

/** Puts messages as they are now in the place of what they were. */
function withChanged(state: ChatState, changed: readonly ChatMessage[]): ChatState {
  if (changed.length === 0) return state;
  const byId = new Map(changed.map((message) => [message.id, message]));
  const gone = new Set(changed.filter(({ isDeleted }) => isDeleted).map(({ id }) => id));
  return { ...state, messages: state.messages.map((old) => withoutQuote(byId.get(old.id) ?? old, gone)) };
}

function withDeleted(state: ChatState, id: number): ChatState {
  const gone = new Set([id]);
  const messages = state.messages.map((old) => {
    if (old.id !== id) return withoutQuote(old, gone);
    // What marked a name in the text has nothing to mark any more.
    return { ...old, text: '', mentions: [], isDeleted: true as const };
  });
  return { ...state, messages };
}

/** What has been deleted is not read in the answers to it either. */
function withoutQuote(message: ChatMessage, gone: ReadonlySet<number>): ChatMessage {
  const { replyTo } = message;
  return replyTo === undefined || !gone.has(replyTo.id) ? message : { ...message, replyTo: { ...replyTo, text: '' } };
}

function withoutCleared(state: ChatState, upTo: number): ChatState {
  return {
    ...state,
    hasEarlier: false,
    messages: state.messages
      .filter(({ id }) => id > upTo)
      .map((message) =>
        message.replyTo !== undefined && message.replyTo.id <= upTo
          ? { ...message, replyTo: { ...message.replyTo, text: '' } }
          : message,
      ),
    pending: state.pending.filter(({ id }) => id === undefined || id > upTo),
  };
}
