/** Bans somebody, after telling how many live sessions that ends. */
import { RadioField, SelectField, TextField } from '../../components/fields.tsx';
import { consoleTexts } from '../../i18n/console.ts';
import { account } from './account-model.ts';
import { type BanForm, DURATIONS, useBanForm, useSessionsEnded, wishOf } from './ban-form.ts';
import { attempt } from './deeds.ts';
import { FormDialog } from './FormDialog.tsx';

interface BanDialogProps {
  /** Who is behind a session; undefined where somebody is to be named here. */
  whom: { participant: string; name: string } | undefined;
  /** Undefined where it can only hold everywhere. */
  room: string | undefined;
  onClose: () => void;
}

export function BanDialog({ whom, room, onClose }: BanDialogProps) {
  const texts = consoleTexts.value.bans;
  const form = useBanForm(room);
  const wish = wishOf(form, whom?.participant, room);
  const sessions = useSessionsEnded(wish);

  return (
    <FormDialog
      title={whom === undefined ? texts.addTitle : texts.banTitle(whom.name)}
      action={texts.submit}
      isDangerous
      isComplete={wish !== undefined}
      onSubmit={async () => wish && attempt(() => account.api.value.ban(wish), consoleTexts.value.done)}
      onClose={onClose}
    >
      {whom === undefined && <WhomFields form={form} />}
      {room !== undefined && account.isAdmin.value && <PlaceField form={form} room={room} />}
      <SelectField
        label={texts.duration}
        testId="ban-duration"
        value={form.duration.value}
        choices={DURATIONS.map((value) => ({ value, label: texts.durations[value] }))}
        onChange={(value) => (form.duration.value = value)}
      />
      <TextField
        label={consoleTexts.value.reason}
        testId="ban-reason"
        value={form.reason.value}
        onInput={(text) => (form.reason.value = text)}
        placeholder={consoleTexts.value.reasonHint}
        maxLength={500}
      />
      <p class="hint room-warning" role="status" data-testid="ban-sessions">
        {sessions !== undefined && (sessions === 0 ? texts.noSessions : texts.shared(sessions))}
      </p>
    </FormDialog>
  );
}

function WhomFields({ form: { kind, named } }: { form: BanForm }) {
  const texts = consoleTexts.value.bans;
  return (
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
  );
}

function PlaceField({ form: { place }, room }: { form: BanForm; room: string }) {
  const texts = consoleTexts.value.bans;
  return (
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
  );
}
