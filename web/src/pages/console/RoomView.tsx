/** One room: picture, people, bans, chat, settings. */
import { useSignal } from '@preact/signals';
import { Notice } from '../../components/Notice.tsx';
import { failureOf } from '../../api/problem.ts';
import { consoleTexts } from '../../i18n/console.ts';
import { messages } from '../../i18n/language.ts';
import type { ParticipantAnswer, RoomDetail, RoomSettingsAnswer } from '../../api/admin.ts';
import { account } from './account-model.ts';
import { BanList } from './BanList.tsx';
import { ParticipantTable } from './ParticipantTable.tsx';
import { useRemote } from './remote.ts';
import { RoomChat } from './RoomChat.tsx';
import { RoomForm } from './RoomForm.tsx';
import { RoomMarks } from './RoomMarks.tsx';
import { RoomPicture } from './RoomPicture.tsx';
import { roomRows } from './room-rows.ts';
import { RoomTools } from './RoomTools.tsx';
import { hrefOf } from './route.ts';
import { RemoteState } from './Section.tsx';
import { warningText } from './warning-text.ts';

/** Milliseconds. */
const INTERVAL = 2_500;

interface Answer {
  /** Undefined while the room is not open. */
  detail: RoomDetail | undefined;
  participants: ParticipantAnswer[];
  /** People in the chat, which is there without anybody who broadcasts or watches too. */
  inChat: number;
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
        {answer !== undefined && (
          <RoomMarks row={row ?? { ...CLOSED, isLocked: answer.isLocked }} inChat={answer.inChat} />
        )}
      </div>
      <RemoteState failure={failure.value} isThere={answer !== undefined} />
      {answer !== undefined && (
        <>
          <RoomTools
            room={room}
            isLocked={answer.isLocked}
            isOccupied={answer.detail !== undefined || answer.inChat > 0}
            refresh={refresh}
          />
          {row?.warnings.map((code) => (
            <Notice key={code} kind="passing" testId="room-warning">
              {warningText(messages.value, code)}
            </Notice>
          ))}
          {row?.state === 'live' && <RoomPicture row={row} isShown={isPreviewed} />}
          <ParticipantTable room={room} participants={answer.participants} refresh={refresh} />
          <RoomChat room={room} />
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
  const [detail, participants, inChat, isLocked, known] = await Promise.all([
    whereThere(api.room(room, signal)),
    whereThere(api.participants(room, signal)),
    api.chatPresence(room, signal),
    api.isLocked(room, signal),
    settings,
  ]);
  return { detail, participants: participants ?? [], inChat, isLocked, settings: known };
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
