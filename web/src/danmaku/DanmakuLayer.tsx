/** Messages that fly over the picture. Readers of screens have them in the chat's list. */
import { useSignalEffect } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import type { ChatModel } from '../chat/chat-model.ts';
import { DanmakuScreen } from './danmaku-screen.ts';
import { flying } from './flying-model.ts';

export function DanmakuLayer({ chat }: { chat: ChatModel }) {
  const layer = useRef<HTMLDivElement>(null);
  const screen = useRef<DanmakuScreen | undefined>(undefined);

  useEffect(() => {
    if (layer.current === null) return undefined;
    const drawn = new DanmakuScreen(layer.current, flying.settings.peek());
    screen.current = drawn;
    const unlisten = chat.onFresh(({ text, danmaku, author }) => {
      const style = flying.styleOf(danmaku);
      if (style !== undefined) drawn.fly(text, style, author.id === chat.state.peek().you?.id);
    });
    return () => {
      unlisten();
      drawn.stop();
      screen.current = undefined;
    };
  }, [chat]);
  useSignalEffect(() => screen.current?.apply(flying.settings.value));

  const { isOn, opacity } = flying.settings.value;
  return (
    <div
      ref={layer}
      class="danmaku"
      style={{ '--opacity': opacity }}
      hidden={!isOn}
      aria-hidden="true"
      data-testid="danmaku"
    />
  );
}
