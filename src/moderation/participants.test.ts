import { describe, expect, it } from 'vitest';
import { type Participant, Participants } from './participants.ts';

function participant(sessionId: string, changes: Partial<Participant> = {}): Participant {
  return {
    sessionId,
    id: `id-${sessionId}`,
    room: 'room',
    role: 'play',
    subject: undefined,
    name: undefined,
    address: '192.0.2.1',
    isAdmin: false,
    userAgent: undefined,
    endsAt: undefined,
    ...changes,
  };
}

describe('Participants', () => {
  it('knows who is in a room until they leave', () => {
    const participants = new Participants();
    participants.add(participant('a'));
    participants.add(participant('b', { room: 'other' }));
    expect(participants.list('room').map(({ sessionId }) => sessionId)).toEqual(['a']);
    expect(participants.list()).toHaveLength(2);
    expect(participants.get('b')?.room).toBe('other');
    participants.remove('a');
    participants.remove('a');
    expect(participants.list('room')).toEqual([]);
    expect(participants.get('a')).toBeUndefined();
  });

  it('tells whose time is over', () => {
    const participants = new Participants();
    participants.add(participant('a', { endsAt: 1000 }));
    participants.add(participant('b', { endsAt: 2000 }));
    participants.add(participant('c'));
    const ended = (now: number): string[] => participants.ended(now).map(({ sessionId }) => sessionId);
    expect([ended(999), ended(1000), ended(9_999_999)]).toEqual([[], ['a'], ['a', 'b']]);
  });
});
