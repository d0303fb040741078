import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ChatMessage, ChatSelf, ServerMessage, WelcomeMessage } from '../../../src/chat/protocol.ts';
import {
  afterServerMessage,
  type ChatState,
  EMPTY_CHAT,
  MOST_MESSAGES,
  unanswered,
  withRequest,
} from './chat-state.ts';

const you: ChatSelf = { id: 'me', name: 'Me', role: 'viewer', isGuest: true, isModerator: false };

function message(id: number, changes: Partial<ChatMessage> = {}): ChatMessage {
  return { id, time: id, author: { ...you, id: 'other' }, text: `text ${id}`, ...changes };
}

function welcome(changes: Partial<WelcomeMessage> = {}): WelcomeMessage {
  return {
    type: 'welcome',
    version: 1,
    you,
    history: [],
    changed: [],
    isComplete: true,
    sequence: 0,
    presence: 1,
    settings: { guestsMayWrite: true, slowMode: 0 },
    limits: { textLength: 500, nameLength: 32 },
    ...changes,
  };
}

function after(state: ChatState, ...events: ServerMessage[]): ChatState {
  return events.reduce((before, event) => afterServerMessage(before, event, 1000), state);
}

const ids = (state: ChatState): number[] => state.messages.map(({ id }) => id);
const said = (id: number): ServerMessage => ({ type: 'message', message: message(id) });
const send = (clientId: string) => ({ type: 'send' as const, clientId, text: 'mine' });

describe('what a client knows of a chat', () => {
  it('has every message once and in order, however often and in whatever order they come', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 40 })), (come) => {
        const state = after(EMPTY_CHAT, welcome(), ...come.map(said));
        expect(ids(state)).toEqual([...new Set(come)].sort((a, b) => a - b));
        expect(state.since).toBe(Math.max(0, ...come));
      }),
    );
  });

  it('goes on after a break with what came meanwhile, as it is now', () => {
    const before = after(EMPTY_CHAT, welcome({ history: [message(1), message(2)], sequence: 2 }), said(3));
    const deleted = message(2, { text: '', isDeleted: true });
    const state = after(
      before,
      welcome({ history: [message(5)], changed: [message(1, { text: 'new', editedAt: 4 }), deleted], sequence: 6 }),
    );
    expect(ids(state)).toEqual([1, 2, 3, 5]);
    expect(state.messages[0]?.text).toBe('new');
    expect(state.messages[1]).toEqual(deleted);
    expect(state.since).toBe(6);
  });

  it('lets go of what it has where too much came meanwhile, rather than show a hole', () => {
    const before = after(EMPTY_CHAT, welcome({ history: [message(1)] }));
    expect(ids(after(before, welcome({ history: [message(900)], isComplete: false })))).toEqual([900]);
  });

  it('removes what was cleared, also where it was cleared during a break', () => {
    const before = after(EMPTY_CHAT, welcome({ history: [message(1), message(2)] }), said(4));
    expect(ids(after(before, { type: 'cleared', sequence: 5, upTo: 2 }))).toEqual([4]);
    expect(ids(after(before, welcome({ clearedUpTo: 4, history: [message(6)], sequence: 6 })))).toEqual([6]);
  });

  it('forgets the text of what is deleted, also in the answers to it', () => {
    const reply = message(2, { replyTo: { id: 1, name: 'A', text: 'bad' } });
    const state = after(EMPTY_CHAT, welcome({ history: [message(1), reply] }), { type: 'deleted', sequence: 3, id: 1 });
    expect(state.messages[0]).toMatchObject({ text: '', isDeleted: true });
    expect(state.messages[1]?.replyTo?.text).toBe('');
    expect(state.since).toBe(3);
  });

  it('keeps no more than it shows', () => {
    const history = Array.from({ length: MOST_MESSAGES }, (_, index) => message(index + 1));
    const state = after(EMPTY_CHAT, welcome({ history }), said(MOST_MESSAGES + 1));
    expect(state.messages).toHaveLength(MOST_MESSAGES);
    expect(ids(state)[0]).toBe(2);
  });

  it('ignores what it does not know', () => {
    const state = after(EMPTY_CHAT, welcome());
    expect(after(state, { type: 'from the future' } as unknown as ServerMessage)).toEqual(state);
  });
});

describe('what a client has asked for', () => {
  const joined = after(EMPTY_CHAT, welcome());
  const ack: ServerMessage = { type: 'ack', clientId: 'c', id: 7, time: 7 };

  it('waits for its message when it is kept, whichever of the two comes first', () => {
    const asked = withRequest(joined, send('c'));
    expect(unanswered(asked)).toHaveLength(1);
    const kept = after(asked, ack);
    expect(kept.pending).toHaveLength(1);
    expect(unanswered(kept)).toEqual([]);
    expect(after(kept, said(7)).pending).toEqual([]);
    expect(after(asked, said(7), ack).pending).toEqual([]);
    expect(after(kept, welcome({ history: [message(7)] })).pending).toEqual([]);
  });

  it('is not asked for again by itself where it was refused, but by hand', () => {
    const refusal: ServerMessage = {
      type: 'refusal',
      clientId: 'c',
      code: 'slow_mode',
      detail: 'Wait.',
      retryAfter: 5,
    };
    const refused = after(withRequest(joined, send('c')), refusal);
    expect(unanswered(refused)).toEqual([]);
    expect(refused.pending[0]?.refusal?.code).toBe('slow_mode');
    expect(refused.waitUntil).toBe(6000);
    expect(unanswered(withRequest(refused, send('c')))).toEqual([send('c')]);
  });

  it('waits out the slow mode after each message, moderators excepted', () => {
    const settings = { guestsMayWrite: true, slowMode: 10 };
    const slow = after(EMPTY_CHAT, welcome({ settings }));
    expect(after(withRequest(slow, send('c')), ack).waitUntil).toBe(11_000);
    const moderator = after(EMPTY_CHAT, welcome({ settings, you: { ...you, isModerator: true } }));
    expect(after(withRequest(moderator, send('c')), ack).waitUntil).toBeLessThanOrEqual(1000);
  });
});
