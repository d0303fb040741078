import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import { eventually } from '../../support/eventually.ts';
import { expectEmpty, expectProblem } from '../checks.ts';
import { bindingRequest, checkSucceeds, connect, mediaPort, routeTo, Sender } from '../media.ts';
import { attribute, PUBLISH_OFFER } from '../offers.ts';
import type { RowId } from '../rows.ts';
import type { RowTest } from '../target.ts';
import { FRAGMENT, newRoom } from '../target.ts';

export const CANDIDATE = 'a=candidate:1 1 udp 2130706431 192.0.2.7 40000 typ host\r\n';
export const RESTART = 'a=ice-ufrag:newu\r\na=ice-pwd:newpassword0123456789012\r\n';

/** A trickle fragment of the offer's ICE session. */
export function trickle(offer: string, ...candidates: string[]): string {
  const ice = `a=ice-ufrag:${attribute(offer, 'ice-ufrag')}\r\na=ice-pwd:${attribute(offer, 'ice-pwd')}\r\n`;
  return `${ice}m=audio 9 UDP/TLS/RTP/SAVPF 0\r\na=mid:0\r\n${candidates.join('')}`;
}

export const PATCH_TESTS = {
  'patch.trickle': {
    async run(target) {
      const session = await target.open('publish', PUBLISH_OFFER);
      await expectEmpty(await target.patch(session, trickle(PUBLISH_OFFER, CANDIDATE), session.etag), 204);
      await expectProblem(await target.patch(session, trickle(PUBLISH_OFFER, CANDIDATE), '"other"'), 412);
      const last = trickle(PUBLISH_OFFER, 'a=end-of-candidates\r\n');
      await expectEmpty(await target.patch(session, last, session.etag), 204);
    },
  },

  'patch.restart': {
    async run(target) {
      const session = await target.open('publish', PUBLISH_OFFER);
      const response = await target.patch(session, RESTART + CANDIDATE, '*');
      const fragment = await response.text();
      expect(response.status).toBe(200);
      expect(response.headers.get('content-type')).toMatch(/^application\/trickle-ice-sdpfrag(?:;|$)/);
      const etag = response.headers.get('etag') ?? '';
      expect(etag).toMatch(/^"[^"\s]+"$/);
      expect(etag).not.toBe(session.etag);
      for (const name of ['ice-ufrag', 'ice-pwd']) {
        expect(attribute(fragment, name)).not.toBe('');
        expect(attribute(fragment, name)).not.toBe(attribute(session.answer, name));
      }
      const candidates = (text: string): string[] => text.match(/^a=candidate:.*$/gm) ?? [];
      expect(candidates(fragment)).toEqual(candidates(session.answer));
      await expectProblem(await target.patch(session, CANDIDATE, session.etag), 412);
      await expectEmpty(await target.patch(session, CANDIDATE, etag), 204);
    },
  },

  'patch.restart-if-match': {
    async run(target) {
      for (const any of ['*', '"*"']) {
        const session = await target.open('publish', PUBLISH_OFFER);
        const response = await target.patch(session, RESTART, any);
        await response.text();
        expect({ any, status: response.status }).toEqual({ any, status: 200 });
      }
    },
  },

  'patch.dropped-candidate': {
    async run(target) {
      const session = await target.open('publish', PUBLISH_OFFER);
      const useless = [
        'a=candidate:1 1 sctp 1 192.0.2.7 40000 typ host\r\n',
        'a=candidate:2 1 udp 1 0b2e9a3c-5a5e-4a39-9c0f-7b1e3f7d2c11.local 40000 typ host\r\n',
        'a=candidate:3 1 udp 1 host.example 40000 typ host\r\n',
        'a=candidate:4 1 tcp 1 192.0.2.7 9 typ host tcptype active\r\n',
      ];
      for (const candidate of useless) {
        await expectEmpty(await target.patch(session, trickle(PUBLISH_OFFER, candidate), session.etag), 204);
      }
      await expectEmpty(await target.patch(session, trickle(PUBLISH_OFFER, ...useless, CANDIDATE), session.etag), 204);
    },
  },

  'patch.restart-replaces': {
    async run(target) {
      const room = newRoom();
      const publisher = await connect(target, 'publish', room);
      const viewer = await connect(target, 'play', room);
      const sender = new Sender(publisher);
      const timer = setInterval(() => sender.sendBoth(), 50);
      target.defer(() => clearInterval(timer));
      await eventually(() => expect(viewer.packets.length).toBeGreaterThan(0));
      const response = await target.patch(publisher.session, RESTART, '*');
      const fragment = await response.text();
      expect(response.status).toBe(200);
      const moved = async (): Promise<void> => {
        const before = viewer.packets.length;
        await eventually(() => expect(viewer.packets.length).toBeGreaterThan(before + 4));
      };
      // Media goes on over the old path until a check with the new credentials, and after it.
      await moved();
      const restarted = { offer: RESTART, session: { ...publisher.session, answer: fragment } };
      const { transport } = publisher.client;
      const check = bindingRequest(restarted, { useCandidate: true, priority: 1 });
      transport.sendDatagram(routeTo(target, mediaPort(publisher.session)), check);
      await eventually(async () => expect(await checkSucceeds(target, publisher)).toBe(false));
      await moved();
      expect(publisher.client.closedByServer).toBe(false);
    },
  },

  'patch.failed-restart': {
    async run(target) {
      const room = newRoom();
      const publisher = await connect(target, 'publish', room);
      const viewer = await connect(target, 'play', room);
      for (const fragment of [
        'a=ice-ufrag:newu\r\n',
        'a=ice-ufrag:newu\r\na=ice-pwd:short\r\n',
        'a=ice-ufrag:n\r\na=ice-pwd:newpassword0123456789012\r\n',
      ]) {
        await expectProblem(await target.patch(publisher.session, fragment, '*'), 400);
      }
      await expectProblem(await target.patch(publisher.session, RESTART, '"other"'), 412);
      const wrongType = await target.patch(publisher.session, RESTART, '*', { 'Content-Type': `x-${FRAGMENT}` });
      await expectProblem(wrongType, 415);
      expect(await checkSucceeds(target, publisher)).toBe(true);
      const trickled = await target.patch(
        publisher.session,
        trickle(publisher.offer, CANDIDATE),
        publisher.session.etag,
      );
      await expectEmpty(trickled, 204);
      const sender = new Sender(publisher);
      await eventually(async () => {
        sender.sendBoth();
        await sleep(20);
        expect(viewer.packets.length).toBeGreaterThan(0);
      });
    },
  },
} satisfies Partial<Record<RowId, RowTest>>;
