/** The settings of flying messages on a page. */
import { signal } from '@preact/signals';
import { type DanmakuSettings, loadDanmaku, storeDanmaku } from './danmaku-settings.ts';

export class FlyingModel {
  readonly settings = signal<DanmakuSettings>(loadDanmaku());

  change(changes: Partial<DanmakuSettings>): void {
    this.settings.value = { ...this.settings.value, ...changes };
    storeDanmaku(this.settings.value);
  }

  toggle(): void {
    this.change({ isOn: !this.settings.value.isOn });
  }
}

/** The model of this page. */
export const flying = new FlyingModel();
