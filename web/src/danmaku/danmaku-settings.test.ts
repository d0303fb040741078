import { describe, expect, it } from 'vitest';
import { DEFAULT_DANMAKU, ownDanmaku, parseDanmaku } from './danmaku-settings.ts';

describe('settings of flying messages', () => {
  it('are read as they were stored', () => {
    const settings = {
      ...DEFAULT_DANMAKU,
      isOn: false,
      opacity: 0.5,
      share: 'all',
      place: 'top',
      color: '#7ee08a',
    } as const;
    expect(parseDanmaku(JSON.stringify(settings))).toEqual(settings);
  });

  it.each([null, '', '[]', 'null', '{"opacity":9,"share":"most","color":"red","density":"all","isOn":1}'])(
    'are the usual ones for %s',
    (stored) => {
      expect(parseDanmaku(stored)).toEqual(DEFAULT_DANMAKU);
    },
  );

  it('send nothing flying that is not to fly', () => {
    expect(ownDanmaku({ ...DEFAULT_DANMAKU, sendsFlying: false })).toBeUndefined();
    expect(ownDanmaku(DEFAULT_DANMAKU)).toEqual({ color: '#ffffff', size: 'medium', place: 'rolling' });
  });
});
