/** Makes tokens, and shows each once. */
import { useSignal } from '@preact/signals';
import { useId, useRef } from 'preact/hooks';
import { SelectField, TextField } from '../../components/fields.tsx';
import { dateTimeFormat } from '../../components/format.ts';
import { Icon } from '../../components/Icon.tsx';
import { consoleTexts, localeTag } from '../../i18n/console.ts';
import type { MintedToken } from '../../api/admin.ts';
import { account } from './account-model.ts';
import { perform } from './deeds.ts';
import { Section } from './Section.tsx';

const ROLES = ['viewer', 'publisher', 'moderator', 'admin'] as const;
const LIFETIMES = ['3600', '7200', '86400', '604800', '2592000'] as const;
const LINKS = ['player', 'publisher', 'whip', 'whep'] as const;
/** Milliseconds that "copied" stays. */
const COPIED_TIME = 2_000;

export function TokensView() {
  const texts = consoleTexts.value.tokens;
  const role = useSignal<string>('publisher');
  const room = useSignal('');
  const lifetime = useSignal<string>('7200');
  const name = useSignal('');
  const subject = useSignal('');
  const made = useSignal<MintedToken | undefined>(undefined);
  async function make(): Promise<void> {
    made.value = undefined;
    await perform(async () => {
      made.value = await account.api.value.mint({
        role: role.value,
        room: room.value.trim(),
        lifetime: Number(lifetime.value),
        name: name.value.trim(),
        subject: subject.value.trim(),
      });
    }, consoleTexts.value.done);
  }
  return (
    <div class="console-view">
      <h1>{texts.title}</h1>
      <Section title={texts.make} testId="mint">
        <form
          class="group"
          onSubmit={(event) => {
            event.preventDefault();
            void make();
          }}
        >
          <div class="console-fields">
            <SelectField
              label={texts.role}
              testId="mint-role"
              value={role.value}
              choices={ROLES.map((value) => ({ value, label: texts.roles[value] }))}
              onChange={(value) => (role.value = value)}
            />
            <TextField
              label={texts.room}
              testId="mint-room"
              value={room.value}
              onInput={(text) => (room.value = text)}
              placeholder={texts.roomHint}
            />
            <SelectField
              label={texts.lifetime}
              testId="mint-lifetime"
              value={lifetime.value}
              choices={LIFETIMES.map((value) => ({ value, label: texts.lifetimes[value] }))}
              onChange={(value) => (lifetime.value = value)}
            />
            <TextField
              label={texts.name}
              testId="mint-name"
              value={name.value}
              onInput={(text) => (name.value = text)}
              placeholder={texts.optional}
              maxLength={64}
            />
            <TextField
              label={texts.subject}
              testId="mint-subject"
              value={subject.value}
              onInput={(text) => (subject.value = text)}
              placeholder={texts.optional}
              maxLength={64}
            />
          </div>
          <div class="console-buttons start">
            <button type="submit" class="button primary" disabled={room.value.trim() === ''} data-testid="mint-submit">
              {texts.submit}
            </button>
          </div>
        </form>
        {made.value !== undefined && <Made made={made.value} />}
      </Section>
    </div>
  );
}

function Made({ made: { token, expiresAt, links } }: { made: MintedToken }) {
  const texts = consoleTexts.value.tokens;
  return (
    <div class="group" data-testid="minted">
      <p>
        {texts.once} {texts.until(dateTimeFormat(localeTag.value)(Date.parse(expiresAt)))}
      </p>
      <CopyField label={texts.token} value={token} testId="minted-token" />
      {LINKS.map((name) => {
        const url = links?.[name];
        return url === undefined ? null : (
          <CopyField key={name} label={texts.links[name]} value={url} testId={`minted-${name}`} />
        );
      })}
    </div>
  );
}

function CopyField({ label, value, testId }: { label: string; value: string; testId: string }) {
  const texts = consoleTexts.value.tokens;
  const id = useId();
  const field = useRef<HTMLInputElement>(null);
  const isCopied = useSignal(false);
  async function copy(): Promise<void> {
    // Pages without HTTPS have no clipboard: there the selected field is left to the user.
    field.current?.select();
    if (!('clipboard' in navigator)) return;
    await navigator.clipboard.writeText(value);
    isCopied.value = true;
    window.setTimeout(() => (isCopied.value = false), COPIED_TIME);
  }
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <div class="share-row">
        <input
          ref={field}
          id={id}
          class="input"
          readonly
          value={value}
          onFocus={(event) => event.currentTarget.select()}
          data-testid={testId}
        />
        <button
          type="button"
          class="button"
          aria-label={texts.copyOf(label)}
          onClick={() => void copy().catch(() => undefined)}
        >
          <Icon name={isCopied.value ? 'check' : 'copy'} />
          <span role="status">{isCopied.value ? texts.copied : texts.copy}</span>
        </button>
      </div>
    </div>
  );
}
