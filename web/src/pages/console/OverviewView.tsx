/** How the server is and was. */
import { formatBitrate, formatMilliseconds, formatShare, formatSize } from '../../components/format.ts';
import { consoleTexts } from '../../i18n/console.ts';
import { messages } from '../../i18n/language.ts';
import type { RoomList } from '../../api/admin.ts';
import { account } from './account-model.ts';
import { joinSamples, roomWarnings, type Sample } from './overview-model.ts';
import { OverviewCharts } from './OverviewCharts.tsx';
import { useRemote } from './remote.ts';
import { RemoteState, Section, Table } from './Section.tsx';
import { hrefOf } from './route.ts';
import { warningText } from './warning-text.ts';

/** Milliseconds. */
const INTERVAL = 5_000;

interface Answer {
  samples: Sample[];
  rooms: RoomList;
}

export function OverviewView() {
  const texts = consoleTexts.value.overview;
  const { value, failure } = useRemote<Answer>(load, account.token.value, INTERVAL);
  const { samples, rooms } = value.value ?? { samples: [], rooms: [] };
  const last = samples.at(-1);
  return (
    <div class="console-view">
      <h1>{consoleTexts.value.views.overview}</h1>
      <RemoteState failure={failure.value} isThere={value.value !== undefined} />
      {last !== undefined && (
        <>
          <Figures last={last} />
          <Warnings last={last} rooms={rooms} />
          {samples.length < 2 ? <p class="hint">{texts.gathering}</p> : <OverviewCharts samples={samples} />}
          <Workers last={last} />
        </>
      )}
    </div>
  );
}

async function load(signal: AbortSignal, before: Answer | undefined): Promise<Answer> {
  const api = account.api.value;
  const known = before?.samples ?? [];
  const [overview, rooms] = await Promise.all([api.overview(known.at(-1)?.time ?? 0, signal), api.rooms(signal)]);
  return { samples: joinSamples(known, overview), rooms };
}

function Figures({ last }: { last: Sample }) {
  const texts = consoleTexts.value.overview;
  const none = consoleTexts.value.none;
  const rows: [string, string, string][] = [
    ['rooms', texts.rooms, String(last.rooms)],
    ['publishers', texts.publishers, String(last.publishers)],
    ['viewers', texts.viewers, String(last.viewers)],
    ['received', texts.received, last.received === undefined ? none : formatBitrate(last.received)],
    ['sent', texts.sent, last.sent === undefined ? none : formatBitrate(last.sent)],
    ['loss', texts.loss, last.lostDown === undefined ? none : formatShare(last.lostDown)],
  ];
  return (
    <section class="figures" aria-label={texts.now}>
      <dl>
        {rows.map(([id, label, value]) => (
          <div key={id} class="figure">
            <dt>{label}</dt>
            <dd data-testid={`now-${id}`}>{value}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

function Warnings({ last, rooms }: { last: Sample; rooms: RoomList }) {
  const texts = consoleTexts.value.overview;
  const ofRooms = roomWarnings(rooms);
  const down = last.workers.filter(({ up }) => !up);
  const full = last.workers.filter(({ up, hasRoom }) => up && !hasRoom);
  const isFine = ofRooms.length + down.length + full.length === 0;
  return (
    <Section title={texts.warnings} testId="warnings">
      {isFine && <p class="hint">{texts.noWarnings}</p>}
      {!isFine && (
        <ul class="console-warnings">
          {down.map(({ index }) => (
            <li key={`down-${index}`}>{texts.workerDown(index)}</li>
          ))}
          {full.map(({ index }) => (
            <li key={`full-${index}`}>{texts.workerFull(index)}</li>
          ))}
          {ofRooms.map(({ room, codes }) => (
            <li key={room}>
              <a href={hrefOf('rooms', room)}>{room}</a>{' '}
              {codes.map((code) => warningText(messages.value, code)).join(' ')}
            </li>
          ))}
        </ul>
      )}
    </Section>
  );
}

function Workers({ last }: { last: Sample }) {
  const texts = consoleTexts.value.overview;
  const none = consoleTexts.value.none;
  const columns = [texts.workers, texts.state, 'CPU', texts.memory, texts.delay];
  return (
    <Section title={texts.workers}>
      <Table label={texts.workers} columns={columns} testId="workers">
        {last.workers.map(({ index, up, hasRoom, cpu, memory, delay }) => (
          <tr key={index}>
            <th scope="row">{texts.worker(index)}</th>
            <td data-label={texts.state}>{up ? (hasRoom ? texts.up : texts.full) : texts.down}</td>
            <td data-label="CPU">{cpu === undefined ? none : formatShare(cpu)}</td>
            <td data-label={texts.memory}>{memory === undefined ? none : formatSize(memory)}</td>
            <td data-label={texts.delay}>{delay === undefined ? none : formatMilliseconds(delay)}</td>
          </tr>
        ))}
      </Table>
    </Section>
  );
}
