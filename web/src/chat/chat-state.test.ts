import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ChatMessage, ChatSelf, ServerMessage, WelcomeMessage } from '../../../src/chat/protocol.ts';
import {
  afterServerMessage,
  type ChatState,
  EMPTY_CHAT,
  MOST_MESSAGES,
  unanswered,
  withEarlierAsked,
  withoutEarlier,
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

describe('earlier messages', () => {
  const span = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => message(from + index));
  const joined = after(EMPTY_CHAT, welcome({ history: span(401, 500), isComplete: false }));
  const history = (from: number, to: number, isComplete = false): ServerMessage => ({
    ...{ type: 'history', clientId: 'h', isComplete },
    messages: span(from, to),
  });

  it('are asked for once, and only where there are any', () => {
    const asked = withEarlierAsked(joined, 'h');
    expect(asked.askedEarlier).toBe('h');
    expect(withEarlierAsked(asked, 'other')).toBe(asked);
    const complete = after(EMPTY_CHAT, welcome({ history: span(1, 3) }));
    for (const state of [EMPTY_CHAT, complete, { ...joined, isJoined: false }]) {
      expect(withEarlierAsked(state, 'h')).toBe(state);
    }
  });

  it('come before the others, until the beginning is reached, and stay while new ones come', () => {
    let state = after(withEarlierAsked(joined, 'h'), history(101, 400));
    expect([state.hasEarlier, state.askedEarlier]).toEqual([true, undefined]);
    state = after(withEarlierAsked(state, 'h'), history(1, 100, true), said(501));
    expect(ids(state)).toEqual(span(1, 501).map(({ id }) => id));
    expect(state.hasEarlier).toBe(false);
    const left = withoutEarlier(state);
    expect(ids(left)).toEqual(span(2, 501).map(({ id }) => id));
    expect(left.hasEarlier).toBe(true);
  });

  it('that nobody has asked for are not taken, nor those of a connection that broke', () => {
    expect(after(joined, history(1, 400))).toEqual(joined);
    const back = after(withEarlierAsked(joined, 'h'), welcome({ sequence: 500 }), history(1, 400));
    expect([back.messages.length, back.hasEarlier, back.askedEarlier]).toEqual([100, true, undefined]);
  });

  it('can be asked for again where they were refused, and are gone where the room was cleared', () => {
    const detail = 'Wait.';
    const refused = after(withEarlierAsked(joined, 'h'), {
      ...{ type: 'refusal', clientId: 'h', code: 'rate_limited', detail, retryAfter: 1 },
    });
    expect([refused.askedEarlier, refused.waitUntil]).toEqual([undefined, 0]);
    expect(after(joined, { type: 'cleared', sequence: 501, upTo: 500 })).toMatchObject({ hasEarlier: false });
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
