/** Bans somebody, after telling how many live sessions that ends. */
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { RadioField, SelectField, TextField } from '../../components/fields.tsx';
import { consoleTexts } from '../../i18n/console.ts';
import type { BanTarget } from '../../api/admin.ts';
import { account } from './account-model.ts';
import { perform } from './deeds.ts';
import { Dialog } from './Dialog.tsx';

interface BanDialogProps {
  /** Who is behind a session; undefined where somebody is to be named here. */
  whom: { participant: string; name: string } | undefined;
  /** Undefined where it can only hold everywhere. */
  room: string | undefined;
  onClose: () => void;
}

/** Milliseconds after the last key before the server is asked whom the ban would end. */
const REST = 300;
const DURATIONS = ['3600', '86400', '604800', '2592000', ''] as const;

export function BanDialog({ whom, room, onClose }: BanDialogProps) {
  const texts = consoleTexts.value.bans;
  const kind = useSignal<'subject' | 'address'>('address');
  const named = useSignal('');
  const place = useSignal<'room' | 'everywhere'>(room === undefined ? 'everywhere' : 'room');
  const reason = useSignal('');
  const duration = useSignal('86400');
  const isBusy = useSignal(false);
  const sessions = useSignal<number | undefined>(undefined);
  const bannedRoom = place.value === 'room' ? room : undefined;
  const target = targetOf(whom?.participant, kind.value, named.value.trim());

  useEffect(() => {
    sessions.value = undefined;
    if (target === undefined) return;
    let isOld = false;
    const look = (): void => {
      account.api.value.previewBan({ target, room: bannedRoom }).then(
        (count) => {
          if (!isOld) sessions.value = count;
        },
        () => undefined,
      );
    };
    const timer = window.setTimeout(look, REST);
    return () => {
      isOld = true;
      window.clearTimeout(timer);
    };
  }, [kind.value, named.value, place.value]);

  async function submit(): Promise<void> {
    if (target === undefined) return;
    isBusy.value = true;
    const seconds = duration.value === '' ? undefined : Number(duration.value);
    const wish = { target, room: bannedRoom, reason: reason.value.trim(), duration: seconds };
    await perform(() => account.api.value.ban(wish), consoleTexts.value.done);
    onClose();
  }

  return (
    <Dialog
      title={whom === undefined ? texts.addTitle : texts.banTitle(whom.name)}
      action={texts.submit}
      isDangerous
      isBusy={isBusy.value || target === undefined}
      onSubmit={() => void submit()}
      onClose={onClose}
    >
      {whom === undefined && (
        <>
          <RadioField
            label={texts.kind}
            name="ban-kind"
            value={kind.value}
            choices={(['address', 'subject'] as const).map((value) => ({ value, label: texts.kinds[value] }))}
            onChange={(value) => (kind.value = value)}
          />
          <TextField
            label={texts[kind.value]}
            testId="ban-whom"
            value={named.value}
            onInput={(text) => (named.value = text)}
            maxLength={255}
          />
        </>
      )}
      {room !== undefined && account.isAdmin.value && (
        <SelectField
          label={texts.where}
          testId="ban-where"
          value={place.value}
          choices={[
            { value: 'room', label: texts.here(room) },
            { value: 'everywhere', label: texts.everywhere },
          ]}
          onChange={(value) => (place.value = value === 'room' ? 'room' : 'everywhere')}
        />
      )}
      <SelectField
        label={texts.duration}
        testId="ban-duration"
        value={duration.value}
        choices={DURATIONS.map((value) => ({ value, label: texts.durations[value] }))}
        onChange={(value) => (duration.value = value)}
      />
      <TextField
        label={consoleTexts.value.reason}
        testId="ban-reason"
        value={reason.value}
        onInput={(text) => (reason.value = text)}
        placeholder={consoleTexts.value.reasonHint}
        maxLength={500}
      />
      <p class="hint room-warning" role="status" data-testid="ban-sessions">
        {sessions.value !== undefined && (sessions.value === 0 ? texts.noSessions : texts.shared(sessions.value))}
      </p>
    </Dialog>
  );
}

function targetOf(participant: string | undefined, kind: 'subject' | 'address', named: string): BanTarget | undefined {
  if (participant !== undefined) return { participant };
  if (named === '') return undefined;
  return kind === 'subject' ? { subject: named } : { address: named };
}
