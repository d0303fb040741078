/** Form fields with their labels. */
import type { ComponentChildren, RefObject } from 'preact';
import { useId } from 'preact/hooks';
import { Icon } from './Icon.tsx';

interface FieldProps {
  label: string;
  testId: string;
  disabled?: boolean;
}

interface TextFieldProps extends FieldProps {
  value: string;
  onInput: (value: string) => void;
  placeholder?: string;
  problem?: string | undefined;
  input?: RefObject<HTMLInputElement | null>;
  type?: 'text' | 'password';
  maxLength?: number;
  /** Stands at the end of the field. */
  children?: ComponentChildren;
}

export function TextField(props: TextFieldProps) {
  const id = useId();
  const { problem, input } = props;
  return (
    <div class="field">
      <label for={id}>{props.label}</label>
      <div class="field-row">
        <input
          {...(input === undefined ? {} : { ref: input })}
          id={id}
          class="input"
          {...(props.type === 'password' ? { type: 'password' as const } : { type: 'text' as const })}
          value={props.value}
          onInput={(event) => props.onInput(event.currentTarget.value)}
          disabled={props.disabled ?? false}
          maxLength={props.maxLength}
          placeholder={props.placeholder}
          autocomplete="off"
          autocapitalize="none"
          spellcheck={false}
          aria-invalid={problem !== undefined}
          aria-describedby={problem === undefined ? undefined : `${id}-problem`}
          data-testid={props.testId}
        />
        {props.children}
      </div>
      {problem !== undefined && (
        <p id={`${id}-problem`} class="hint problem" role="alert">
          {problem}
        </p>
      )}
    </div>
  );
}

export interface Choice {
  value: string;
  label: string;
}

interface SelectFieldProps extends FieldProps {
  value: string;
  choices: readonly Choice[];
  onChange: (value: string) => void;
}

export function SelectField(props: SelectFieldProps) {
  const id = useId();
  // A value from the URL or from a device that is gone still shows as what it is.
  const isKnown = props.choices.some(({ value }) => value === props.value);
  const choices = isKnown ? props.choices : [...props.choices, { value: props.value, label: props.value }];
  return (
    <div class="field">
      <label for={id}>{props.label}</label>
      <div class="field-row">
        <select
          id={id}
          class="input"
          value={props.value}
          onChange={(event) => props.onChange(event.currentTarget.value)}
          disabled={props.disabled ?? false}
          data-testid={props.testId}
        >
          {choices.map(({ value, label }) => (
            <option key={value} value={value}>
              {label}
            </option>
          ))}
        </select>
        <Icon name="choose" />
      </div>
    </div>
  );
}

interface CheckFieldProps extends FieldProps {
  checked: boolean;
  onChange: (checked: boolean) => void;
}

export function CheckField(props: CheckFieldProps) {
  return (
    <label class="check">
      <input
        type="checkbox"
        checked={props.checked}
        onChange={(event) => props.onChange(event.currentTarget.checked)}
        disabled={props.disabled ?? false}
        data-testid={props.testId}
      />
      <span>{props.label}</span>
    </label>
  );
}

interface RadioFieldProps<T extends string> {
  label: string;
  name: string;
  value: T;
  choices: readonly { value: T; label: ComponentChildren }[];
  onChange: (value: T) => void;
}

/** A choice of a few, all in sight. */
export function RadioField<T extends string>(props: RadioFieldProps<T>) {
  return (
    <fieldset class="segments">
      <legend class="visually-hidden">{props.label}</legend>
      {props.choices.map(({ value, label }) => (
        <label key={value} class="segment">
          <input
            type="radio"
            name={props.name}
            value={value}
            checked={props.value === value}
            onChange={() => props.onChange(value)}
            data-testid={`${props.name}-${value}`}
          />
          <span>{label}</span>
        </label>
      ))}
    </fieldset>
  );
}
