import { describe, expect, it } from 'vitest';
import { signatureHeaders, webhookKey } from './signature.ts';

describe('signatureHeaders', () => {
  it('signs as the example of Standard Webhooks', () => {
    const key = webhookKey('whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw');
    const message = { id: 'msg_p5jXN8AQM9LWM0D4loKWxJek', timestamp: 1_614_265_330, body: '{"test": 2432232314}' };
    expect(signatureHeaders(message, key)).toEqual({
      'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
      'webhook-timestamp': '1614265330',
      'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
    });
  });

  it('signs the bytes of UTF-8', () => {
    const sign = (body: string): string | undefined =>
      signatureHeaders({ id: '1', timestamp: 1, body }, webhookKey('whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'))[
        'webhook-signature'
      ];
    expect(sign('直播')).not.toBe(sign('??'));
  });
});
