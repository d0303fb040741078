/** The chat of a recording, as it was said: over the picture, and as a list of what has been said so far. */
import { effect, type Signal, useSignal } from '@preact/signals';
import { useCallback, useEffect, useRef } from 'preact/hooks';
import { type RecordedMessage, readRecordedChat } from '../../api/recorded-chat.ts';
import { MessageItem } from '../../chat/MessageItem.tsx';
import { type Fly, FlyingLayer } from '../../danmaku/FlyingLayer.tsx';
import { messages as texts } from '../../i18n/language.ts';
import { shelf } from './recordings-model.ts';
import { countAt, saidBetween } from './replay.ts';

/** Messages that the list shows at once. */
const SHOWN = 50;

/** Reads the chat of a recording; empty until it is there, and where there is none. */
export function useRecordedChat(id: string): Signal<RecordedMessage[]> {
  const said = useSignal<RecordedMessage[]>([]);
  useEffect(() => {
    const end = new AbortController();
    said.value = [];
    readRecordedChat(id, shelf.token.peek(), end.signal).then(
      (messages) => (said.value = messages),
      // A recording plays without its chat as well.
      () => undefined,
    );
    return () => end.abort();
  }, [id]);
  return said;
}

interface ReplayProps {
  said: Signal<RecordedMessage[]>;
  /** Seconds of playback. */
  time: Signal<number>;
}

/** Lets messages fly that were sent to, and all where the viewer wants that. */
export function FlyingReplay({ said, time }: ReplayProps) {
  const source = useCallback(
    (fly: Fly) => {
      let last = 0;
      return effect(() => {
        const now = time.value;
        for (const message of saidBetween(said.peek(), last, now)) {
          if (message.isDeleted !== true) fly(message, false);
        }
        last = now;
      });
    },
    [said, time],
  );
  return <FlyingLayer source={source} />;
}

/** What has been said so far, the newest at the end. */
export function ReplayList({ said, time }: ReplayProps) {
  const list = useRef<HTMLDivElement>(null);
  const count = countAt(said.value, time.value);
  useEffect(() => list.current?.scrollTo({ top: list.current.scrollHeight }), [count]);
  if (said.value.length === 0) return null;
  const words = texts.value.recordings;
  return (
    <section class="replay" aria-label={words.chat}>
      <h3>{words.chat}</h3>
      <div ref={list} class="replay-list" tabIndex={0} role="group" aria-label={words.chat} data-testid="replay">
        {said.value.slice(Math.max(0, count - SHOWN), count).map((message) => (
          <MessageItem key={message.id} chat={undefined} message={message} you={undefined} />
        ))}
        {count === 0 && <p class="hint">{words.chatFollows}</p>}
      </div>
    </section>
  );
}
