import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ControlReceiver, ControlSender, type Segment } from './control-stream.ts';

describe('the control stream', () => {
  it('delivers every message once and in order, whatever is lost, doubled or passed on the way', () => {
    const fates = fc.array(fc.constantFrom('lost', 'arrives', 'twice', 'late'), { minLength: 1 });
    const lists = fc.array(fc.uint8Array({ maxLength: 400 }), { maxLength: 20 });
    fc.assert(
      fc.property(lists, fates, fc.integer({ min: 1, max: 200 }), (list, fate, segmentBytes) => {
        const sender = new ControlSender();
        const receiver = new ControlReceiver();
        const received: Uint8Array[] = [];
        let late: Segment | undefined;
        let count = 0;
        for (const message of list) sender.send(message);
        for (let now = 0; now < 100_000 && sender.deadline() < Infinity; now += 50) {
          for (let segment = sender.poll(now, segmentBytes); segment; segment = sender.poll(now, segmentBytes)) {
            // Nothing is lost for ever.
            const what = count > 200 ? 'arrives' : fate[count++ % fate.length];
            const arriving = what === 'lost' ? [] : what === 'twice' ? [segment, segment] : [segment];
            if (what === 'late') [late, arriving[0]] = [segment, late ?? segment];
            for (const one of arriving) received.push(...(receiver.receive(one) ?? []));
          }
          if (receiver.owesAcknowledgment) sender.acknowledge(receiver.takeAcknowledgment());
        }
        expect(received).toEqual(list);
      }),
    );
  });

  it('waits longer each time that nothing is acknowledged, and gives up an end that takes nothing', () => {
    const sender = new ControlSender();
    sender.setRoundTrip(30);
    sender.send(Uint8Array.of(1));
    const times: number[] = [];
    for (let now = 0; now < 1000; now += 10) if (sender.poll(now, 100) !== undefined) times.push(now);
    expect(times).toEqual([0, 60, 180, 420, 900]);
    for (let index = 0; index < 20; index++) sender.send(new Uint8Array(60_000));
    sender.poll(1000, 100);
    expect(sender.overflowed).toBe(true);
  });

  it('takes no length that no message has', () => {
    expect(new ControlReceiver().receive({ offset: 0, bytes: Uint8Array.of(0xff, 0, 0, 0) })).toBeUndefined();
  });
});
