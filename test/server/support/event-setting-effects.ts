/** What the settings of events do. */
import { expect } from 'vitest';
import { play, publish, start } from './setting-effects.ts';
import { until } from './test-server.ts';
import { startWebhookReceiver, WEBHOOK_SECRET } from './webhook-receiver.ts';

/** The types of events that a webhook is told of a publisher and a viewer, and whether all were signed. */
async function toldWith(settings: Record<string, string>, last: string): Promise<{ types: string[]; signed: boolean }> {
  const receiver = await startWebhookReceiver();
  const server = await start({ WEBHOOK_URLS: receiver.url, WEBHOOK_SECRET, ...settings });
  await play(server, 'a');
  await publish(server, 'a');
  await until(() => receiver.taken.some(({ type }) => type === last), 'the webhook is told');
  await server.stop();
  receiver.stop();
  return { types: receiver.taken.map(({ type }) => type), signed: receiver.unsigned() === 0 };
}

export const EVENT_EFFECTS = {
  async webhookUrls() {
    const { types } = await toldWith({}, 'room.live');
    expect(types.slice(0, 2)).toEqual(['publisher.joined', 'room.live']);
    expect(types.filter((type) => type.startsWith('viewer.'))).toEqual([]);
  },
  async webhookSecret() {
    await expect(start({ WEBHOOK_URLS: 'http://127.0.0.1:9' })).rejects.toThrow('WEBHOOK_URLS needs it');
    expect((await toldWith({}, 'room.live')).signed).toBe(true);
    const other = `whsec_${Buffer.alloc(32).toString('base64')}`;
    expect((await toldWith({ WEBHOOK_SECRET: other }, 'room.live')).signed).toBe(false);
  },
  async webhookEvents() {
    const { types } = await toldWith({ WEBHOOK_EVENTS: 'viewer.joined' }, 'viewer.joined');
    expect(types).toEqual(['viewer.joined']);
  },
};
