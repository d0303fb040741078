import { expect, it } from 'vitest';
import { parseCompound } from '../../src/protocol/rtcp/compound.ts';
import { ViewerFeedback } from './viewer-feedback.ts';

it('reports all streams, what arrived, and asks for the packets before the newest where it is told to', () => {
  const streams = new Map([
    [100, { newest: 1 }],
    [200, { newest: 5 }],
  ]);
  const feedback = new ViewerFeedback(7, streams);
  const [report, arrivals, nack, ...rest] = parseCompound(feedback.write(1000, true));
  expect(report).toMatchObject({ type: 'receiverReport', ssrc: 7, reports: [{ ssrc: 100 }, { ssrc: 200 }] });
  expect(arrivals).toMatchObject({ type: 'transportFeedback', senderSsrc: 7, mediaSsrc: 100 });
  expect(nack).toMatchObject({ type: 'nack', mediaSsrc: 100, sequences: [0xfffe, 0xffff, 0] });
  expect(rest).toEqual([]);
  expect(parseCompound(feedback.write(2000, false)).map(({ type }) => type)).toEqual([
    'receiverReport',
    'transportFeedback',
  ]);
});

it('is an empty report before anything has come', () => {
  expect(parseCompound(new ViewerFeedback(7, new Map()).write(1000, true))).toEqual([
    { type: 'receiverReport', ssrc: 7, reports: [] },
  ]);
});
