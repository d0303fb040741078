/** The fields of a room's settings, in groups. */
import { useId } from 'preact/hooks';
import { CheckField, TextField } from '../../components/fields.tsx';
import { consoleTexts } from '../../i18n/console.ts';
import { isCount, NUMBERS, SWITCHES, type RoomFields } from './room-form.ts';

interface GroupProps {
  fields: RoomFields;
  change: (changes: Partial<RoomFields>) => void;
}

/** What the room is called, and its limits. */
export function DescriptionFields({ fields, change }: GroupProps) {
  const texts = consoleTexts.value.form;
  return (
    <div class="console-fields">
      <TextField label={texts.name} testId="form-title" value={fields.title} onInput={(title) => change({ title })} />
      {NUMBERS.map((name) => (
        <TextField
          key={name}
          label={texts[name]}
          testId={`form-${name}`}
          value={fields[name]}
          onInput={(text) => change({ [name]: text })}
          problem={isCount(fields[name]) ? undefined : texts.badNumber}
        />
      ))}
      <LinesField
        label={texts.description}
        value={fields.description}
        onInput={(description) => change({ description })}
      />
      <LinesField
        label={texts.blockedWords}
        value={fields.blockedWords}
        onInput={(blockedWords) => change({ blockedWords })}
      />
    </div>
  );
}

/** What is on and off, and who may publish. */
export function RightsFields({ fields, change }: GroupProps) {
  const texts = consoleTexts.value.form;
  return (
    <>
      <div class="console-fields">
        {SWITCHES.map((name) => (
          <CheckField
            key={name}
            label={texts[name]}
            testId={`form-${name}`}
            checked={fields[name]}
            onChange={(isOn) => change({ [name]: isOn })}
          />
        ))}
        <CheckField
          label={texts.publishersAll}
          testId="form-publishers-all"
          checked={fields.everybodyPublishes}
          onChange={(everybodyPublishes) => change({ everybodyPublishes })}
        />
      </div>
      {!fields.everybodyPublishes && (
        <LinesField
          label={texts.publishers}
          value={fields.publishers}
          onInput={(publishers) => change({ publishers })}
        />
      )}
    </>
  );
}

interface PasswordFieldsProps extends GroupProps {
  hasPassword: boolean;
}

/** A new password, or none any more. */
export function PasswordFields({ fields, change, hasPassword }: PasswordFieldsProps) {
  const texts = consoleTexts.value.form;
  return (
    <div class="console-fields">
      <TextField
        label={texts.password}
        testId="form-password"
        type="password"
        value={fields.password}
        onInput={(password) => change({ password })}
        placeholder={texts.passwordHint}
        disabled={fields.removesPassword}
      />
      {hasPassword && (
        <CheckField
          label={`${texts.hasPassword} ${texts.removePassword}`}
          testId="form-remove-password"
          checked={fields.removesPassword}
          onChange={(removesPassword) => change({ removesPassword })}
        />
      )}
    </div>
  );
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
