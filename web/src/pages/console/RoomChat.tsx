/** What is said in a room, for those who keep order there. */
import { consoleTexts, localeTag } from '../../i18n/console.ts';
import type { Message, MuteAnswer } from '../../api/admin.ts';
import { account } from './account-model.ts';
import { question } from './deeds.ts';
import { MuteList } from './MuteList.tsx';
import { useRemote } from './remote.ts';
import { RowButton } from './RowButton.tsx';
import { RemoteState, Section } from './Section.tsx';

/** Milliseconds. */
const INTERVAL = 4_000;
/** Seconds for which somebody is muted. */
const MUTE_TIME = 3_600;

interface Answer {
  /** The newest first: it is what has to be looked at. */
  messages: Message[];
  mutes: MuteAnswer[];
}

export function RoomChat({ room }: { room: string }) {
  const texts = consoleTexts.value.chat;
  const load = (signal: AbortSignal): Promise<Answer> => loadChat(room, signal);
  const { value, failure, refresh } = useRemote(load, `${account.token.value} ${room}`, INTERVAL);
  const { messages, mutes } = value.value ?? { messages: [], mutes: [] };
  const clear = messages.length > 0 && (
    <button type="button" class="button" onClick={() => askToClear(room, refresh)} data-testid="clear-chat">
      {texts.clear}
    </button>
  );
  return (
    <Section title={texts.title} tools={clear} testId="chat">
      <RemoteState failure={failure.value} isThere={value.value !== undefined} />
      {value.value !== undefined && messages.length === 0 && <p class="hint">{texts.empty}</p>}
      {messages.length > 0 && (
        <ul class="chat-list" tabIndex={0} aria-label={texts.title}>
          {messages.map((message) => (
            <MessageRow
              key={message.id}
              message={message}
              onMute={() => askToMute(room, message, refresh)}
              onDelete={() => askToDelete(room, message, refresh)}
            />
          ))}
        </ul>
      )}
      {mutes.length > 0 && <MuteList room={room} mutes={mutes} names={namesOf(messages)} refresh={refresh} />}
    </Section>
  );
}

async function loadChat(room: string, signal: AbortSignal): Promise<Answer> {
  const api = account.api.value;
  const [messages, mutes] = await Promise.all([api.chatMessages(room, signal), api.mutes(room, signal)]);
  return { messages: messages.filter(({ isDeleted }) => isDeleted !== true).reverse(), mutes };
}

/** What the authors of messages call themselves, by their ids. */
function namesOf(messages: readonly Message[]): ReadonlyMap<string, string> {
  return new Map(messages.map(({ author }) => [author.id, author.name]));
}

interface MessageRowProps {
  message: Message;
  onMute: () => void;
  onDelete: () => void;
}

function MessageRow({ message: { time, author, text }, onMute, onDelete }: MessageRowProps) {
  const texts = consoleTexts.value.chat;
  return (
    <li data-testid="chat-message">
      <span class="hint">{new Date(time).toLocaleTimeString(localeTag.value)}</span>
      <p dir="auto">
        <strong>{author.name}</strong> {text}
      </p>
      <span class="console-actions">
        <RowButton text={texts.mute} label={texts.muteOf(author.name)} testId="mute" onClick={onMute} />
        <RowButton text={texts.remove} label={texts.removeOf(author.name)} testId="delete-message" onClick={onDelete} />
      </span>
    </li>
  );
}

function askToClear(room: string, refresh: () => void): void {
  const texts = consoleTexts.value.chat;
  question.value = {
    title: texts.clearTitle,
    hint: texts.clearHint,
    action: texts.clear,
    isDangerous: true,
    asksReason: true,
    run: (reason) => account.api.value.clearChat(room, reason).then(refresh),
  };
}

function askToMute(room: string, { author }: Message, refresh: () => void): void {
  const texts = consoleTexts.value.chat;
  question.value = {
    title: texts.muteTitle(author.name),
    hint: texts.muteHint,
    action: texts.mute,
    isDangerous: true,
    asksReason: true,
    run: (reason) => account.api.value.mute(room, author.id, reason, MUTE_TIME).then(refresh),
  };
}

function askToDelete(room: string, { id, text }: Message, refresh: () => void): void {
  const texts = consoleTexts.value.chat;
  question.value = {
    title: texts.removeTitle,
    hint: text,
    action: texts.remove,
    isDangerous: true,
    asksReason: true,
    run: (reason) => account.api.value.deleteMessage(room, id, reason).then(refresh),
  };
}
