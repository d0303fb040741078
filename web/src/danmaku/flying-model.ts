/** The settings of flying messages on a page. */
import { signal } from '@preact/signals';
import type { Danmaku } from '../../../src/chat/protocol.ts';
import { type DanmakuSettings, loadDanmaku, storeDanmaku } from './danmaku-settings.ts';

/** How a message flies that was not sent to. */
const PLAIN: Danmaku = { color: '#ffffff', size: 'medium', place: 'rolling' };

export class FlyingModel {
  readonly settings = signal<DanmakuSettings>(loadDanmaku());

  change(changes: Partial<DanmakuSettings>): void {
    this.settings.value = { ...this.settings.value, ...changes };
    storeDanmaku(this.settings.value);
  }

  /** How a message flies: as it was sent to, or plainly where the viewer wants all; undefined where it does not. */
  styleOf(danmaku: Danmaku | undefined): Danmaku | undefined {
    return danmaku ?? (this.settings.peek().showsAll ? PLAIN : undefined);
  }

  toggle(): void {
    this.change({ isOn: !this.settings.value.isOn });
  }
}

/** The model of this page. */
export const flying = new FlyingModel();
