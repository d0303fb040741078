/** What is said in a chat, as it flies over the picture. */
import { useCallback } from 'preact/hooks';
import type { ChatModel } from '../chat/chat-model.ts';
import { type Fly, FlyingLayer } from './FlyingLayer.tsx';

export function DanmakuLayer({ chat }: { chat: ChatModel }) {
  const source = useCallback(
    (fly: Fly) => chat.onFresh((message) => fly(message, message.author.id === chat.state.peek().you?.id)),
    [chat],
  );
  return <FlyingLayer source={source} />;
}
