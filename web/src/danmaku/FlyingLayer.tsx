/** Where messages fly over a picture. Readers of screens have them in the chat's list. */
import { useSignalEffect } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import type { Danmaku } from '../../../src/chat/protocol.ts';
import { DanmakuScreen } from './danmaku-screen.ts';
import { flying } from './flying-model.ts';

/** Lets a message fly, if it was sent to or the viewer wants all. */
export type Fly = (message: { text: string; danmaku?: Danmaku }, isOwn: boolean) => void;

interface FlyingLayerProps {
  /** Hands over what is to fly, until the function that it returns is called. With another one the layer begins anew. */
  source: (fly: Fly) => () => void;
}

export function FlyingLayer({ source }: FlyingLayerProps) {
  const layer = useRef<HTMLDivElement>(null);
  const screen = useRef<DanmakuScreen | undefined>(undefined);

  useEffect(() => {
    if (layer.current === null) return undefined;
    const drawn = new DanmakuScreen(layer.current, flying.settings.peek());
    screen.current = drawn;
    const end = source(({ text, danmaku }, isOwn) => {
      const style = flying.styleOf(danmaku);
      if (style !== undefined) drawn.fly(text, style, isOwn);
    });
    return () => {
      end();
      drawn.stop();
      screen.current = undefined;
    };
  }, [source]);
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
