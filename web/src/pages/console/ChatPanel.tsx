/** What is said in a room, for those who keep order there. */
import { consoleTexts, localeTag } from '../../i18n/console.ts';
import type { Message, MuteAnswer } from '../../api/admin.ts';
import { account } from './account-model.ts';
import { question } from './deeds.ts';
import { useRemote } from './remote.ts';
import { Section } from './Section.tsx';

/** Milliseconds. */
const INTERVAL = 4_000;
/** Seconds for which somebody is muted. */
const MUTE_TIME = 3_600;

interface Answer {
  messages: Message[];
  mutes: MuteAnswer[];
}

export function ChatPanel({ room }: { room: string }) {
  const texts = consoleTexts.value.chat;
  const load = async (signal: AbortSignal): Promise<Answer> => {
    const api = account.api.value;
    const [messages, mutes] = await Promise.all([api.chatMessages(room, signal), api.mutes(room, signal)]);
    // The newest first: it is what has to be looked at.
    return { messages: messages.filter(({ isDeleted }) => isDeleted !== true).reverse(), mutes };
  };
  const { value, refresh } = useRemote(load, `${account.token.value} ${room}`, INTERVAL);
  if (value.value === undefined) return null;
  const { messages, mutes } = value.value;
  const ask = (title: string, hint: string, action: string, run: (reason: string) => Promise<void>): void => {
    question.value = { title, hint, action, isDangerous: true, asksReason: true, run: (why) => run(why).then(refresh) };
  };
  const api = account.api.value;
  const clear = messages.length > 0 && (
    <button
      type="button"
      class="button"
      onClick={() => ask(texts.clearTitle, texts.clearHint, texts.clear, (why) => api.clearChat(room, why))}
      data-testid="clear-chat"
    >
      {texts.clear}
    </button>
  );
  return (
    <Section title={texts.title} tools={clear} testId="chat">
      {messages.length === 0 && <p class="hint">{texts.empty}</p>}
      {messages.length > 0 && (
        <ul class="chat-list" tabIndex={0} aria-label={texts.title}>
          {messages.map((message) => {
            const { id, time, author, text } = message;
            return (
              <li key={id} data-testid="chat-message">
                <span class="hint">{new Date(time).toLocaleTimeString(localeTag.value)}</span>
                <p dir="auto">
                  <strong>{author.name}</strong> {text}
                </p>
                <span class="console-actions">
                  <button
                    type="button"
                    class="button small"
                    aria-label={texts.muteOf(author.name)}
                    onClick={() =>
                      ask(texts.muteTitle(author.name), texts.muteHint, texts.mute, (why) =>
                        api.mute(room, author.id, why, MUTE_TIME),
                      )
                    }
                    data-testid="mute"
                  >
                    {texts.mute}
                  </button>
                  <button
                    type="button"
                    class="button small"
                    aria-label={texts.removeOf(author.name)}
                    onClick={() =>
                      ask(texts.removeTitle, text, texts.remove, (why) => api.deleteMessage(room, id, why))
                    }
                    data-testid="delete-message"
                  >
                    {texts.remove}
                  </button>
                </span>
              </li>
            );
          })}
        </ul>
      )}
      {mutes.length > 0 && <Mutes room={room} mutes={mutes} names={namesOf(messages)} refresh={refresh} />}
    </Section>
  );
}

/** What the authors of messages call themselves, by their ids. */
function namesOf(messages: readonly Message[]): ReadonlyMap<string, string> {
  return new Map(messages.map(({ author }) => [author.id, author.name]));
}

interface MutesProps {
  room: string;
  mutes: readonly MuteAnswer[];
  names: ReadonlyMap<string, string>;
  refresh: () => void;
}

function Mutes({ room, mutes, names, refresh }: MutesProps) {
  const texts = consoleTexts.value.chat;
  return (
    <>
      <h3>{texts.muted}</h3>
      <ul class="console-list">
        {mutes.map(({ id, subject, participant, reason }) => {
          const whom = subject ?? names.get(participant ?? '') ?? participant ?? '';
          return (
            <li key={id} data-testid="muted">
              <span>
                {whom} <span class="hint">{reason}</span>
              </span>
              <button
                type="button"
                class="button small"
                aria-label={texts.unmuteOf(whom)}
                data-testid="unmute"
                onClick={() => {
                  question.value = {
                    title: texts.unmuteTitle(whom),
                    hint: '',
                    action: texts.unmute,
                    isDangerous: false,
                    asksReason: true,
                    run: (why) => account.api.value.unmute(room, id, why).then(refresh),
                  };
                }}
              >
                {texts.unmute}
              </button>
            </li>
          );
        })}
      </ul>
    </>
  );
}
