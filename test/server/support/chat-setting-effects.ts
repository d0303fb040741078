/** The effects of the settings of the chat, for settings.test.ts. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { CHAT_SETTINGS } from '../../../src/config/chat-settings.ts';
import { Database } from '../../../src/store/database.ts';
import { ChatClient } from './chat-client.ts';
import { start, stopAll } from './setting-effects.ts';
import { until } from './test-server.ts';

export const CHAT_EFFECTS: Record<keyof typeof CHAT_SETTINGS, () => Promise<void>> = {
  async chatRetention() {
    const data = mkdtempSync(join(tmpdir(), 'live-webrtc-data-'));
    const chat = await ChatClient.join((await start({ DATA_DIR: data })).url, 'room');
    await chat.say('old');
    chat.close();
    await stopAll();
    const database = await Database.open(data);
    database.run('UPDATE chat_messages SET time = time - 2 * 86400000');
    database.close();
    const history = async (days: string): Promise<number> => {
      const server = await start({ DATA_DIR: data, CHAT_RETENTION: days });
      const count = async (): Promise<number> => {
        const response = await server.call('GET', '/api/rooms/room/chat/messages');
        return ((await response.json()) as { messages: unknown[] }).messages.length;
      };
      if (days === '1') await until(async () => (await count()) === 0, 'it is removed');
      const left = await count();
      await stopAll();
      return left;
    };
    expect([await history('0'), await history('3'), await history('1')]).toEqual([1, 1, 0]);
    rmSync(data, { recursive: true, force: true });
  },
  async guestChatRate() {
    const written = async (rate: string): Promise<number> => {
      const { url } = await start({ GUEST_CHAT_RATE_PER_ADDRESS: rate });
      const guests = await Promise.all(Array.from({ length: 6 }, () => ChatClient.join(url, 'room')));
      const answers = await Promise.all(guests.map((guest) => guest.say('hello')));
      for (const guest of guests) guest.close();
      return answers.filter(({ type }) => type === 'ack').length;
    };
    expect([await written('0.5'), await written('0')]).toEqual([2, 6]);
    const read = async (rate: string): Promise<string> => {
      const server = await start({ GUEST_CHAT_RATE_PER_ADDRESS: rate });
      const calls = Array.from({ length: 6 }, () => server.call('GET', '/api/rooms/room/chat/messages'));
      return (await Promise.all(calls)).map(({ status, headers }) => headers.get('retry-after') ?? status).join(' ');
    };
    expect([await read('0.5'), await read('0')]).toEqual(['200 200 2 2 2 2', '200 200 200 200 200 200']);
  },
  async maxChatsPerAddress() {
    const { url } = await start({ MAX_CHATS_PER_ADDRESS: '1' });
    const chat = await ChatClient.connect(url, 'room');
    await expect(ChatClient.connect(url, 'room')).rejects.toThrow('429');
    chat.close();
  },
};
