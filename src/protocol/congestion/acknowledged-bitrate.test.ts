import { describe, expect, it } from 'vitest';
import { AcknowledgedBitrate } from './acknowledged-bitrate.ts';

describe('AcknowledgedBitrate', () => {
  it('measures what arrives, and follows a change within half a second', () => {
    const acknowledged = new AcknowledgedBitrate();
    for (let time = 0; time <= 2000; time += 10) acknowledged.add({ sendTime: 0, bytes: 1250, arrivalTime: time });
    expect(acknowledged.bitrate).toBeCloseTo(1_000_000);
    for (let time = 2020; time <= 2600; time += 20) acknowledged.add({ sendTime: 0, bytes: 1250, arrivalTime: time });
    expect(acknowledged.bitrate).toBeCloseTo(500_000);
  });

  it('has no figure before 150 ms', () => {
    const acknowledged = new AcknowledgedBitrate();
    expect(acknowledged.bitrate).toBeUndefined();
    for (let time = 0; time < 150; time += 10) acknowledged.add({ sendTime: 0, bytes: 1250, arrivalTime: time });
    expect(acknowledged.bitrate).toBeUndefined();
  });
});
