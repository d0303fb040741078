/** Who did what, the newest first, page by page. */
import { useSignal } from '@preact/signals';
import { TextField } from '../../components/fields.tsx';
import { dateTimeFormat } from '../../components/format.ts';
import { consoleTexts, localeTag } from '../../i18n/console.ts';
import type { AuditPage } from '../../api/admin.ts';
import { account } from './account-model.ts';
import { perform } from './deeds.ts';
import { useRemote } from './remote.ts';
import { RemoteState, Section, Table } from './Section.tsx';

type Entry = AuditPage['entries'][number];

export function AuditView() {
  const texts = consoleTexts.value.audit;
  const typed = useSignal('');
  const room = useSignal('');
  return (
    <div class="console-view">
      <h1>{consoleTexts.value.views.audit}</h1>
      <Section title={texts.title} testId="audit">
        <form
          class="console-row"
          onSubmit={(event) => {
            event.preventDefault();
            room.value = typed.value.trim();
          }}
        >
          <TextField
            label={texts.filter}
            testId="audit-room"
            value={typed.value}
            onInput={(text) => (typed.value = text)}
            maxLength={128}
          />
          <button type="submit" class="button" data-testid="audit-reload">
            {consoleTexts.value.reload}
          </button>
        </form>
        <Entries key={room.value} room={room.value} />
      </Section>
    </div>
  );
}

function Entries({ room }: { room: string }) {
  const texts = consoleTexts.value.audit;
  const load = (signal: AbortSignal): Promise<AuditPage> => account.api.value.audit({ room }, signal);
  const { value, failure } = useRemote(load, `${account.token.value} ${room}`, 0);
  const older = useSignal<Entry[]>([]);
  const olderNext = useSignal<{ id: number | undefined } | undefined>(undefined);
  const entries = [...(value.value?.entries ?? []), ...older.value];
  const next = olderNext.value === undefined ? value.value?.next : olderNext.value.id;
  async function showOlder(): Promise<void> {
    const page = await account.api.value.audit({ before: next, room }, new AbortController().signal);
    older.value = [...older.value, ...page.entries];
    olderNext.value = { id: page.next };
  }
  const columns = [texts.time, texts.who, texts.action, texts.room, texts.target, texts.reason];
  return (
    <>
      <RemoteState failure={failure.value} isThere={value.value !== undefined} />
      {value.value !== undefined && entries.length === 0 && <p class="hint">{texts.empty}</p>}
      {entries.length > 0 && (
        <Table label={texts.title} columns={columns} testId="audit-list">
          {entries.map((entry) => (
            <Row key={entry.id} entry={entry} />
          ))}
        </Table>
      )}
      {next !== undefined && (
        <button
          type="button"
          class="button"
          onClick={() => void perform(showOlder, consoleTexts.value.done)}
          data-testid="audit-more"
        >
          {texts.more}
        </button>
      )}
    </>
  );
}

function Row({ entry }: { entry: Entry }) {
  const texts = consoleTexts.value.audit;
  const { time, token, subject, name, address, action, room, target, reason } = entry;
  const none = consoleTexts.value.none;
  const who = name ?? subject ?? (token === 'setting' ? texts.operator : consoleTexts.value.people.guest);
  return (
    <tr data-testid="audit-entry">
      <td data-label={texts.time}>{dateTimeFormat(localeTag.value)(Date.parse(time))}</td>
      <th scope="row">
        {who} <span class="hint">{address}</span>
      </th>
      <td data-label={texts.action}>{texts.actions[action] ?? action}</td>
      <td data-label={texts.room}>{room ?? none}</td>
      <td data-label={texts.target}>{target ?? none}</td>
      <td data-label={texts.reason}>{reason === undefined || reason === '' ? none : reason}</td>
    </tr>
  );
}
