import { describe, expect, it } from 'vitest';
import type { RequestMessage } from '../worker-protocol.ts';
import { RequestTurns } from './request-turns.ts';

const open = (id: number): RequestMessage => {
  return {
    id,
    request: {
      method: 'open',
      role: 'play',
      room: 'r',
      sessionId: String(id),
      offer: '',
      recorded: true,
      origin: undefined,
    },
  };
};
const rooms = (id: number): RequestMessage => ({ id, request: { method: 'rooms' } });
const immediate = () => new Promise((resolve) => setImmediate(resolve));
/** The first immediate may come before the next read. */
const turn = async () => {
  await immediate();
  await immediate();
};

describe('requests to a worker', () => {
  it('are handled in their order, with a turn of the event loop after each session that is opened', async () => {
    const handled: number[] = [];
    const turns = new RequestTurns(({ id }) => handled.push(id));
    for (const message of [rooms(1), open(2), rooms(3), open(4), rooms(5)]) turns.add(message);
    await immediate();
    expect(handled).toEqual([1, 2]);
    await immediate();
    expect(handled).toEqual([1, 2, 3, 4]);
    await turn();
    expect(handled).toEqual([1, 2, 3, 4, 5]);
    turns.add(rooms(6));
    expect(handled).toEqual([1, 2, 3, 4, 5, 6]);
  });
});
