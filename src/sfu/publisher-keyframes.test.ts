import { describe, expect, it } from 'vitest';
import { PublisherKeyframes } from './publisher-keyframes.ts';

describe('PublisherKeyframes', () => {
  it('sends the first request at once', () => {
    const keyframes = new PublisherKeyframes();
    expect(keyframes.deadline()).toBe(Infinity);
    keyframes.request(10_000);
    expect(keyframes.deadline()).toBe(10_000);
    expect(keyframes.poll(10_000)).toBe(true);
    expect(keyframes.poll(10_001)).toBe(false);
  });

  it('merges the requests of many viewers into one', () => {
    const keyframes = new PublisherKeyframes();
    let sent = 0;
    for (let viewer = 0; viewer < 1000; viewer++) {
      keyframes.request(5000 + viewer / 10);
      if (keyframes.poll(5000 + viewer / 10)) sent++;
    }
    expect(sent).toBe(1);
  });

  it('keeps the minimum interval between keyframes', () => {
    const keyframes = new PublisherKeyframes();
    keyframes.request(1000);
    expect(keyframes.poll(1000)).toBe(true);
    keyframes.keyframeReceived(1050);
    keyframes.request(1100);
    expect(keyframes.poll(1100)).toBe(false);
    expect(keyframes.deadline()).toBe(1300);
    expect(keyframes.poll(1300)).toBe(true);
  });

  it('asks again where no keyframe comes, and gives up on an encoder that ignores it', () => {
    const keyframes = new PublisherKeyframes();
    keyframes.request(0);
    const sent: number[] = [];
    for (let now = 0; now < 60_000; now += 10) if (keyframes.poll(now)) sent.push(now);
    expect(sent).toEqual([0, 1000, 2000, 3000, 4000, 5000]);
    expect(keyframes.deadline()).toBe(Infinity);
    keyframes.request(60_000);
    expect(keyframes.poll(60_000)).toBe(true);
  });

  it('measures how long the publisher takes to answer', () => {
    const keyframes = new PublisherKeyframes();
    keyframes.keyframeReceived(500);
    expect(keyframes.answerTime).toBeUndefined();
    keyframes.request(1000);
    keyframes.poll(1000);
    keyframes.request(1020);
    keyframes.keyframeReceived(1080);
    expect(keyframes.answerTime).toBe(80);
    keyframes.request(2000);
    keyframes.poll(2000);
    keyframes.keyframeReceived(2040);
    expect(keyframes.answerTime).toBe(70);
    keyframes.keyframeReceived(9000);
    expect(keyframes.answerTime).toBe(70);
  });

  it('notices a publisher that ignores requests, and one that no longer does', () => {
    const keyframes = new PublisherKeyframes();
    keyframes.request(0);
    for (let now = 0; now <= 2000; now += 10) keyframes.poll(now);
    expect(keyframes.ignored).toBe(true);
    keyframes.keyframeReceived(8000);
    expect(keyframes.ignored).toBe(true);
    keyframes.request(9000);
    keyframes.poll(9000);
    keyframes.keyframeReceived(9100);
    expect(keyframes.ignored).toBe(false);
  });
});
