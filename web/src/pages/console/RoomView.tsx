/** One room: picture, people, bans, chat, settings. */
import { useSignal } from '@preact/signals';
import { formatBitrate } from '../../components/format.ts';
import { Notice } from '../../components/Notice.tsx';
import { failureOf } from '../../api/problem.ts';
import { consoleTexts } from '../../i18n/console.ts';
import { messages } from '../../i18n/language.ts';
import type { ParticipantAnswer, RoomDetail, RoomSettingsAnswer } from '../../api/admin.ts';
import { account } from './account-model.ts';
import { BanList } from './BanList.tsx';
import { ChatPanel } from './ChatPanel.tsx';
import { question } from './deeds.ts';
import { ParticipantTable } from './ParticipantTable.tsx';
import { useRemote } from './remote.ts';
import { RoomForm } from './RoomForm.tsx';
import { RoomPreview } from './RoomPreview.tsx';
import { roomRows, type RoomRow } from './room-rows.ts';
import { RoomMarks } from './RoomsView.tsx';
import { hrefOf } from './route.ts';
import { RemoteState } from './Section.tsx';
import { warningText } from './warning-text.ts';

/** Milliseconds. */
const INTERVAL = 2_500;

interface Answer {
  /** Undefined while the room is not open. */
  detail: RoomDetail | undefined;
  participants: ParticipantAnswer[];
  isLocked: boolean;
  /** Undefined for those who may not see them. */
  settings: RoomSettingsAnswer | undefined;
}

/** What is told of a room that is not open, of which a moderator learns no settings. */
const CLOSED = { state: 'closed', isListed: true, hasPassword: false } as const;

export function RoomView({ room }: { room: string }) {
  const load = (signal: AbortSignal): Promise<Answer> => loadRoom(room, signal);
  const { value, failure, refresh } = useRemote(load, `${account.token.value} ${room}`, INTERVAL);
  const answer = value.value;
  const isPreviewed = useSignal(true);
  const [row] = roomRows(
    answer?.detail === undefined ? [] : [answer.detail],
    answer?.settings === undefined ? [] : [answer.settings],
  );
  return (
    <div class="console-view" data-testid="room-view">
      <p>
        <a href={hrefOf('rooms')} data-testid="back">
          ← {consoleTexts.value.back}
        </a>
      </p>
      <div class="console-title">
        <h1>{row?.title ?? room}</h1>
        {answer !== undefined && <RoomMarks row={row ?? { ...CLOSED, isLocked: answer.isLocked }} />}
      </div>
      <RemoteState failure={failure.value} isThere={answer !== undefined} />
      {answer !== undefined && (
        <>
          <RoomTools room={room} isLocked={answer.isLocked} isOpen={answer.detail !== undefined} refresh={refresh} />
          {row?.warnings.map((code) => (
            <Notice key={code} kind="passing" testId="room-warning">
              {warningText(messages.value, code)}
            </Notice>
          ))}
          {row?.state === 'live' && (
            <Picture
              room={room}
              row={row}
              isShown={isPreviewed.value}
              onToggle={() => (isPreviewed.value = !isPreviewed.value)}
            />
          )}
          <ParticipantTable room={room} participants={answer.participants} refresh={refresh} />
          <ChatPanel room={room} />
          <BanList room={room} />
          {answer.settings !== undefined && <RoomForm room={room} settings={answer.settings} refresh={refresh} />}
        </>
      )}
    </div>
  );
}

async function loadRoom(room: string, signal: AbortSignal): Promise<Answer> {
  const api = account.api.value;
  const settings = account.isAdmin.value ? api.settingsOf(room, signal) : Promise.resolve(undefined);
  const [detail, participants, isLocked, known] = await Promise.all([
    whereThere(api.room(room, signal)),
    whereThere(api.participants(room, signal)),
    api.isLocked(room, signal),
    settings,
  ]);
  return { detail, participants: participants ?? [], isLocked, settings: known };
}

/** A room that nobody is in is not found. */
async function whereThere<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (failureOf(error).code === 'no_such_room') return undefined;
    throw error;
  }
}

interface PictureProps {
  room: string;
  row: RoomRow;
  isShown: boolean;
  onToggle: () => void;
}

function Picture({ room, row, isShown, onToggle }: PictureProps) {
  const texts = consoleTexts.value.rooms;
  const facts: [string, string][] = [
    [texts.viewers, String(row.viewers)],
    [texts.bitrate, formatBitrate(row.bitrate)],
    [texts.codec, row.codecs.join(' + ')],
    [texts.layers, row.layers.join(', ')],
  ];
  return (
    <section class="room-now" aria-label={texts.preview}>
      <div class="room-picture">{isShown ? <RoomPreview room={room} /> : <span>{texts.preview}</span>}</div>
      <div class="group">
        <dl class="room-facts">
          {facts.map(([label, text]) => (
            <div key={label}>
              <dt class="hint">{label}</dt>
              <dd>{text === '' ? consoleTexts.value.none : text}</dd>
            </div>
          ))}
        </dl>
        <p class="hint">{texts.previewHint}</p>
        <button type="button" class="button" onClick={onToggle} data-testid="toggle-preview">
          {isShown ? texts.hidePreview : texts.showPreview}
        </button>
      </div>
    </section>
  );
}

interface ToolsProps {
  room: string;
  isLocked: boolean;
  isOpen: boolean;
  refresh: () => void;
}

function RoomTools({ room, isLocked, isOpen, refresh }: ToolsProps) {
  const texts = consoleTexts.value.rooms;
  const api = account.api.value;
  const ask = (title: string, hint: string, action: string, run: (reason: string) => Promise<void>): void => {
    const isDangerous = action === texts.closeRoom;
    question.value = { title, hint, action, isDangerous, asksReason: true, run: (reason) => run(reason).then(refresh) };
  };
  return (
    <div class="console-buttons start">
      {isLocked ? (
        <button
          type="button"
          class="button"
          onClick={() =>
            ask(texts.unlockTitle(room), texts.unlockHint, texts.unlock, (why) => api.setLocked(room, false, why))
          }
          data-testid="unlock"
        >
          {texts.unlock}
        </button>
      ) : (
        <button
          type="button"
          class="button"
          onClick={() =>
            ask(texts.lockTitle(room), texts.lockHint, texts.lock, (why) => api.setLocked(room, true, why))
          }
          data-testid="lock"
        >
          {texts.lock}
        </button>
      )}
      {isOpen && (
        <button
          type="button"
          class="button danger"
          onClick={() =>
            ask(texts.closeTitle(room), texts.closeHint, texts.closeRoom, (why) => api.closeRoom(room, why))
          }
          data-testid="close-room"
        >
          {texts.closeRoom}
        </button>
      )}
      <a class="button" href={`/web/player.html?room=${encodeURIComponent(room)}`} target="_blank" rel="noopener">
        {texts.watch}
      </a>
    </div>
  );
}
