/** The bans of a room, or all of them. */
import { useSignal } from '@preact/signals';
import { dateTimeFormat } from '../../components/format.ts';
import { consoleTexts, localeTag } from '../../i18n/console.ts';
import type { BanAnswer } from '../../api/admin.ts';
import { account } from './account-model.ts';
import { BanDialog } from './BanDialog.tsx';
import { question } from './deeds.ts';
import { useRemote } from './remote.ts';
import { RowButton } from './RowButton.tsx';
import { RemoteState, Section, Table } from './Section.tsx';

/** Whom the server names where ADMIN_TOKEN was used, which names nobody. */
const OPERATOR = 'operator';
/** Milliseconds. */
const INTERVAL = 10_000;

/** Without a room: all bans. */
export function BanList({ room }: { room: string | undefined }) {
  const texts = consoleTexts.value.bans;
  const isAdding = useSignal(false);
  const load = (signal: AbortSignal): Promise<BanAnswer[]> => account.api.value.bans(room, signal);
  const { value, failure, refresh } = useRemote(load, `${account.token.value} ${room ?? ''}`, INTERVAL);
  const bans = value.value;
  const add = (
    <button type="button" class="button" onClick={() => (isAdding.value = true)} data-testid="add-ban">
      {texts.add}
    </button>
  );
  const columns = [texts.whom, texts.where, consoleTexts.value.reason, texts.by, texts.made, texts.ends];
  return (
    <Section title={texts.title} tools={add} testId="bans">
      <RemoteState failure={failure.value} isThere={bans !== undefined} />
      {bans?.length === 0 && <p class="hint">{texts.empty}</p>}
      {bans !== undefined && bans.length > 0 && (
        <Table label={texts.title} columns={[...columns, consoleTexts.value.people.actions]} testId="ban-list">
          {bans.map((ban) => (
            <Row key={ban.id} ban={ban} onLift={() => askToLift(ban, room, refresh)} />
          ))}
        </Table>
      )}
      {isAdding.value && (
        <BanDialog
          whom={undefined}
          room={room}
          onClose={() => {
            isAdding.value = false;
            refresh();
          }}
        />
      )}
    </Section>
  );
}

function Row({ ban, onLift }: { ban: BanAnswer; onLift: () => void }) {
  const texts = consoleTexts.value.bans;
  const format = dateTimeFormat(localeTag.value);
  return (
    <tr data-testid="ban-row">
      <th scope="row">{whomOf(ban)}</th>
      <td data-label={texts.where}>{ban.room ?? texts.everywhere}</td>
      <td data-label={consoleTexts.value.reason}>{ban.reason === '' ? consoleTexts.value.none : ban.reason}</td>
      <td data-label={texts.by}>{ban.createdBy === OPERATOR ? consoleTexts.value.audit.operator : ban.createdBy}</td>
      <td data-label={texts.made}>{format(Date.parse(ban.createdAt))}</td>
      <td data-label={texts.ends}>{ban.endsAt === undefined ? texts.never : format(Date.parse(ban.endsAt))}</td>
      <td class="console-actions">
        <RowButton text={texts.lift} label={texts.liftOf(whomOf(ban))} testId="lift" onClick={onLift} />
      </td>
    </tr>
  );
}

function askToLift(ban: BanAnswer, room: string | undefined, refresh: () => void): void {
  const texts = consoleTexts.value.bans;
  question.value = {
    title: texts.liftTitle(whomOf(ban)),
    hint: texts.liftHint,
    action: texts.lift,
    isDangerous: false,
    asksReason: true,
    run: (reason) => account.api.value.liftBan(ban.id, room, reason).then(refresh),
  };
}

function whomOf({ subject, address }: BanAnswer): string {
  return subject ?? address ?? '';
}
