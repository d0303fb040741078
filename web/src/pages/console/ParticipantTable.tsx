/** Who is in a room, with their numbers. */
import { useSignal } from '@preact/signals';
import { formatBitrate, formatMilliseconds, formatShare } from '../../components/format.ts';
import { consoleTexts, localeTag } from '../../i18n/console.ts';
import type { ParticipantAnswer } from '../../api/admin.ts';
import { account } from './account-model.ts';
import { BanDialog } from './BanDialog.tsx';
import { question } from './deeds.ts';
import { RowButton } from './RowButton.tsx';
import { Section, Table } from './Section.tsx';

interface ParticipantTableProps {
  room: string;
  participants: readonly ParticipantAnswer[];
  refresh: () => void;
}

export function ParticipantTable({ room, participants, refresh }: ParticipantTableProps) {
  const texts = consoleTexts.value.people;
  const banned = useSignal<ParticipantAnswer | undefined>(undefined);
  const columns = [texts.who, texts.role, texts.since, texts.address, texts.bitrate, texts.loss, texts.roundTrip];
  return (
    <Section title={`${texts.title} (${participants.length})`} testId="people">
      {participants.length === 0 ? (
        <p class="hint">{texts.empty}</p>
      ) : (
        <Table label={texts.title} columns={[...columns, texts.actions]} testId="participants">
          {participants.map((participant) => (
            <Row
              key={participant.id}
              participant={participant}
              onKick={() => askToRemove(room, participant, refresh)}
              onBan={() => (banned.value = participant)}
            />
          ))}
        </Table>
      )}
      {banned.value !== undefined && (
        <BanDialog
          whom={{ participant: banned.value.id, name: nameOf(banned.value) }}
          room={room}
          onClose={() => {
            banned.value = undefined;
            refresh();
          }}
        />
      )}
    </Section>
  );
}

interface RowProps {
  participant: ParticipantAnswer;
  onKick: () => void;
  onBan: () => void;
}

function Row({ participant, onKick, onBan }: RowProps) {
  const texts = consoleTexts.value.people;
  const none = consoleTexts.value.none;
  const { id, role, since, state, address, userAgent, bitrate, packets, packetsLost, roundTripTime } = participant;
  const name = nameOf(participant);
  const isYou = participant.subject !== undefined && participant.subject === account.person.value?.subject;
  const loss = packets === undefined || packets === 0 ? undefined : Math.min(1, (packetsLost ?? 0) / packets);
  return (
    <tr data-testid="participant" data-id={id} data-role={role}>
      <th scope="row">{name}</th>
      <td data-label={texts.role}>
        {texts.roles[role]}
        {state === 'connecting' && <span class="hint"> {texts.connecting}</span>}
      </td>
      <td data-label={texts.since}>{since === undefined ? none : clock(since)}</td>
      <td data-label={texts.address} title={userAgent}>
        {address}
      </td>
      <td data-label={texts.bitrate}>{bitrate === undefined ? none : formatBitrate(bitrate)}</td>
      <td data-label={texts.loss}>{loss === undefined ? none : formatShare(loss)}</td>
      <td data-label={texts.roundTrip}>{roundTripTime === undefined ? none : formatMilliseconds(roundTripTime)}</td>
      <td class="console-actions">
        {isYou ? (
          <span class="hint">{texts.you}</span>
        ) : (
          <>
            <RowButton text={texts.kick} label={texts.kickOf(name)} testId="kick" onClick={onKick} />
            <RowButton text={texts.ban} label={texts.banOf(name)} testId="ban" onClick={onBan} />
          </>
        )}
      </td>
    </tr>
  );
}

function askToRemove(room: string, participant: ParticipantAnswer, refresh: () => void): void {
  const texts = consoleTexts.value.people;
  question.value = {
    title: texts.kickTitle(nameOf(participant)),
    hint: texts.kickHint,
    action: texts.kick,
    isDangerous: true,
    asksReason: true,
    run: (reason) => account.api.value.removeParticipant(room, participant.id, reason).then(refresh),
  };
}

function nameOf({ name, subject }: ParticipantAnswer): string {
  return name ?? subject ?? consoleTexts.value.people.guest;
}

function clock(time: string): string {
  return new Date(time).toLocaleTimeString(localeTag.value);
}
