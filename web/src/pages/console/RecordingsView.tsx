/** Recordings and their uploads. */
import { listRecords } from '../../api/records.ts';
import { dateTimeFormat, formatDuration, formatSize } from '../../components/format.ts';
import { consoleTexts, localeTag } from '../../i18n/console.ts';
import { messages } from '../../i18n/language.ts';
import { groupRecordings, type Recording } from '../recordings/recording.ts';
import { account } from './account-model.ts';
import { perform, question } from './deeds.ts';
import { useRemote } from './remote.ts';
import { RowButton } from './RowButton.tsx';
import { RemoteState, Section, Table } from './Section.tsx';

/** Milliseconds. */
const INTERVAL = 5_000;

interface Answer {
  recordings: Recording[];
  isOn: boolean | undefined;
}

export function RecordingsView() {
  const texts = consoleTexts.value.recordings;
  const { value, failure, refresh } = useRemote(load, account.token.value, INTERVAL);
  const { recordings, isOn } = value.value ?? { recordings: [], isOn: undefined };
  const columns = [texts.room, texts.started, texts.length, texts.size, texts.state, consoleTexts.value.people.actions];
  return (
    <div class="console-view">
      <h1>{consoleTexts.value.views.recordings}</h1>
      <Section title={texts.title} testId="recordings">
        <RemoteState failure={failure.value} isThere={value.value !== undefined} />
        {isOn === false && <p class="hint">{texts.off}</p>}
        {value.value !== undefined && recordings.length === 0 && <p class="hint">{texts.empty}</p>}
        {recordings.length > 0 && (
          <Table label={texts.title} columns={columns} testId="recording-list">
            {recordings.map((recording) => (
              <Row key={recording.id} recording={recording} refresh={refresh} />
            ))}
          </Table>
        )}
      </Section>
    </div>
  );
}

async function load(signal: AbortSignal): Promise<Answer> {
  const { entries, isRecordingOn } = await listRecords(account.token.value, signal);
  return { recordings: groupRecordings(entries), isOn: isRecordingOn };
}

function Row({ recording, refresh }: { recording: Recording; refresh: () => void }) {
  const texts = consoleTexts.value.recordings;
  const { id, room, startedAt, duration, size, state, error } = recording;
  const time = dateTimeFormat(localeTag.value)(startedAt);
  const name = `${room}, ${time}`;
  const api = account.api.value;
  return (
    <tr data-testid="recording-row" data-state={state}>
      <th scope="row">{room}</th>
      <td data-label={texts.started}>{time}</td>
      <td data-label={texts.length}>{formatDuration(duration * 1000)}</td>
      <td data-label={texts.size}>{formatSize(size)}</td>
      <td data-label={texts.state}>
        <span>
          {messages.value.recordings.states[state]}
          {error !== undefined && (
            <span class="hint problem" lang="en" data-testid="upload-error">
              {' '}
              {error}
            </span>
          )}
        </span>
      </td>
      <td class="console-actions">
        {state === 'failed' && (
          <RowButton
            text={texts.retry}
            label={texts.retryOf(name)}
            testId="retry"
            onClick={() => void perform(() => api.retryUpload(id), consoleTexts.value.done).then(refresh)}
          />
        )}
        {state !== 'recording' && (
          <RowButton
            text={texts.remove}
            label={texts.removeOf(name)}
            testId="delete-recording"
            onClick={() => askToDelete(id, name, refresh)}
          />
        )}
      </td>
    </tr>
  );
}

function askToDelete(id: string, name: string, refresh: () => void): void {
  const texts = consoleTexts.value.recordings;
  question.value = {
    title: texts.removeTitle(name),
    hint: texts.removeHint,
    action: texts.remove,
    isDangerous: true,
    asksReason: false,
    run: () => account.api.value.deleteRecording(id).then(refresh),
  };
}
