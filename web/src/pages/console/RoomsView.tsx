/** All rooms, with a preview of the one that is pointed at. */
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { formatBitrate } from '../../components/format.ts';
import { TextField } from '../../components/fields.tsx';
import { consoleTexts } from '../../i18n/console.ts';
import { messages } from '../../i18n/language.ts';
import { isRoomName } from '../../settings/access.ts';
import { account } from './account-model.ts';
import { useRemote } from './remote.ts';
import { RemoteState } from './Section.tsx';
import { RoomMarks } from './RoomMarks.tsx';
import { RoomPreview } from './RoomPreview.tsx';
import { roomRows, type RoomRow } from './room-rows.ts';
import { hrefOf } from './route.ts';
import { warningText } from './warning-text.ts';

/** Milliseconds between two looks. */
const INTERVAL = 3_000;
/** Milliseconds that a room is pointed at before its preview opens. */
const HOVER_TIME = 500;

export function RoomsView() {
  const texts = consoleTexts.value.rooms;
  const { value, failure } = useRemote(load, account.token.value, INTERVAL);
  const rows = value.value;
  const pointed = useSignal<string | undefined>(undefined);
  const previewed = useSignal<string | undefined>(undefined);
  useEffect(() => {
    const timer = window.setTimeout(() => (previewed.value = pointed.value), HOVER_TIME);
    return () => window.clearTimeout(timer);
  }, [pointed.value]);
  return (
    <div class="console-view">
      <h1>{texts.title}</h1>
      <RemoteState failure={failure.value} isThere={rows !== undefined} />
      <OtherRoom />
      {rows?.length === 0 && (
        <p class="card hint" data-testid="no-rooms">
          {texts.empty} {texts.emptyHint}
        </p>
      )}
      <ul class="room-list" data-testid="rooms">
        {rows?.map((row) => (
          <li
            key={row.name}
            class="card room-card"
            data-testid="room"
            data-room={row.name}
            onPointerEnter={() => (pointed.value = row.name)}
            onPointerLeave={() => (pointed.value = undefined)}
            onFocusCapture={() => (pointed.value = row.name)}
            onBlurCapture={() => (pointed.value = undefined)}
          >
            <RoomCard row={row} isPreviewed={previewed.value === row.name && row.state === 'live'} />
          </li>
        ))}
      </ul>
    </div>
  );
}

async function load(signal: AbortSignal): Promise<RoomRow[]> {
  const api = account.api.value;
  const settings = account.isAdmin.value ? api.roomSettings(signal) : Promise.resolve([]);
  const rows = roomRows(...(await Promise.all([api.rooms(signal), settings])));
  if (account.isAdmin.value) return rows;
  const may = await Promise.all(rows.map(({ name }) => mayModerate(name)));
  return rows.filter((_row, index) => may[index] === true);
}

/** A moderator may be a mere viewer elsewhere. */
const moderated = new Map<string, boolean>();

async function mayModerate(room: string): Promise<boolean> {
  const key = `${account.token.value} ${room}`;
  const known = moderated.get(key);
  if (known !== undefined) return known;
  const { actions } = await account.api.value.me(room);
  moderated.set(key, actions.includes('moderate'));
  return actions.includes('moderate');
}

function RoomCard({ row, isPreviewed }: { row: RoomRow; isPreviewed: boolean }) {
  const texts = consoleTexts.value.rooms;
  const { name, title, state, viewers, bitrate, codecs, layers, warnings } = row;
  const facts = [
    `${texts.viewers}: ${viewers}`,
    ...(bitrate > 0 ? [formatBitrate(bitrate)] : []),
    ...(codecs.length > 0 ? [codecs.join(' + ')] : []),
    ...(layers.length > 0 ? [layers.join(', ')] : []),
  ];
  return (
    <>
      <div class="room-picture">
        {isPreviewed ? <RoomPreview room={name} /> : <span>{state === 'live' ? texts.preview : texts.previewOff}</span>}
      </div>
      <h2>
        <a href={hrefOf('rooms', name)} data-testid="open-room">
          {title ?? name}
        </a>
      </h2>
      {title !== undefined && <p class="hint">{name}</p>}
      <RoomMarks row={row} />
      <p class="hint">{facts.join(' · ')}</p>
      {warnings.map((code) => (
        <p key={code} class="hint room-warning">
          {warningText(messages.value, code)}
        </p>
      ))}
    </>
  );
}

/** A room need not be open to be set up. */
function OtherRoom() {
  const texts = consoleTexts.value.rooms;
  const name = useSignal('');
  const problem = useSignal<string | undefined>(undefined);
  return (
    <form
      class="console-row"
      onSubmit={(event) => {
        event.preventDefault();
        const room = name.value.trim();
        problem.value = isRoomName(room) ? undefined : messages.value.access.roomInvalid;
        if (problem.value === undefined) location.hash = hrefOf('rooms', room);
      }}
    >
      <TextField
        label={texts.setUpHint}
        testId="other-room"
        value={name.value}
        onInput={(text) => (name.value = text)}
        problem={problem.value}
        maxLength={128}
      />
      <button type="submit" class="button" data-testid="set-up">
        {account.isAdmin.value ? texts.setUp : texts.goTo}
      </button>
    </form>
  );
}
