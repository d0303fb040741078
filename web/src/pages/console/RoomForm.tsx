/** The settings of a room, for operators. */
import { useSignal } from '@preact/signals';
import { useId } from 'preact/hooks';
import { CheckField, TextField } from '../../components/fields.tsx';
import { consoleTexts } from '../../i18n/console.ts';
import type { RoomSettingsAnswer } from '../../api/admin.ts';
import { account } from './account-model.ts';
import { perform, question } from './deeds.ts';
import { fieldsOf, isCount, NUMBERS, settingsOf, SWITCHES, type RoomFields } from './room-form.ts';
import { Section } from './Section.tsx';

interface RoomFormProps {
  room: string;
  settings: RoomSettingsAnswer;
  refresh: () => void;
}

export function RoomForm({ room, settings, refresh }: RoomFormProps) {
  const texts = consoleTexts.value.form;
  const fields = useSignal<RoomFields>(fieldsOf(settings));
  const now = fields.value;
  const set = (change: Partial<RoomFields>): void => {
    fields.value = { ...fields.value, ...change };
  };
  async function save(): Promise<void> {
    const wanted = settingsOf(fields.value, settings);
    if (wanted === undefined) return;
    const deed = async (): Promise<void> => {
      fields.value = fieldsOf(await account.api.value.saveSettings(room, wanted));
    };
    if (await perform(deed, texts.saved)) refresh();
  }
  return (
    <Section title={texts.title} testId="room-form">
      <form
        class="group"
        onSubmit={(event) => {
          event.preventDefault();
          void save();
        }}
      >
        <div class="console-fields">
          <TextField label={texts.name} testId="form-title" value={now.title} onInput={(title) => set({ title })} />
          {NUMBERS.map((name) => (
            <TextField
              key={name}
              label={texts[name]}
              testId={`form-${name}`}
              value={now[name]}
              onInput={(text) => set({ [name]: text })}
              problem={isCount(now[name]) ? undefined : texts.badNumber}
            />
          ))}
          <LinesField
            label={texts.description}
            value={now.description}
            onInput={(description) => set({ description })}
          />
          <LinesField
            label={texts.blockedWords}
            value={now.blockedWords}
            onInput={(blockedWords) => set({ blockedWords })}
          />
        </div>
        <div class="console-fields">
          {SWITCHES.map((name) => (
            <CheckField
              key={name}
              label={texts[name]}
              testId={`form-${name}`}
              checked={now[name]}
              onChange={(isOn) => set({ [name]: isOn })}
            />
          ))}
          <CheckField
            label={texts.publishersAll}
            testId="form-publishers-all"
            checked={now.everybodyPublishes}
            onChange={(everybodyPublishes) => set({ everybodyPublishes })}
          />
        </div>
        {!now.everybodyPublishes && (
          <LinesField label={texts.publishers} value={now.publishers} onInput={(publishers) => set({ publishers })} />
        )}
        <div class="console-fields">
          <TextField
            label={texts.password}
            testId="form-password"
            type="password"
            value={now.password}
            onInput={(password) => set({ password })}
            placeholder={texts.passwordHint}
            disabled={now.removesPassword}
          />
          {settings.hasPassword && (
            <CheckField
              label={`${texts.hasPassword} ${texts.removePassword}`}
              testId="form-remove-password"
              checked={now.removesPassword}
              onChange={(removesPassword) => set({ removesPassword })}
            />
          )}
        </div>
        <div class="console-buttons start">
          <button type="submit" class="button primary" data-testid="save-settings">
            {texts.save}
          </button>
          {settings.updatedAt !== undefined && (
            <button
              type="button"
              class="button"
              onClick={() => askToForget(room, fields, refresh)}
              data-testid="forget"
            >
              {texts.forget}
            </button>
          )}
        </div>
      </form>
    </Section>
  );
}

function askToForget(room: string, fields: { value: RoomFields }, refresh: () => void): void {
  const texts = consoleTexts.value.form;
  const { api } = account;
  question.value = {
    title: texts.forgetTitle(room),
    hint: texts.forgetHint,
    action: texts.forget,
    isDangerous: true,
    asksReason: false,
    async run() {
      await api.value.forgetSettings(room);
      fields.value = fieldsOf(await api.value.settingsOf(room, new AbortController().signal));
      refresh();
    },
  };
}

interface LinesFieldProps {
  label: string;
  value: string;
  onInput: (text: string) => void;
}

function LinesField({ label, value, onInput }: LinesFieldProps) {
  const id = useId();
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <textarea
        id={id}
        class="input"
        rows={3}
        value={value}
        onInput={(event) => onInput(event.currentTarget.value)}
        spellcheck={false}
      />
    </div>
  );
}
