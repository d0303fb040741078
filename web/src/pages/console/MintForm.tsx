/** What a new token is for, for how long and for whom. */
import { useSignal } from '@preact/signals';
import { SelectField, TextField } from '../../components/fields.tsx';
import { consoleTexts } from '../../i18n/console.ts';
import type { TokenWish } from '../../api/admin.ts';

const ROLES = ['viewer', 'publisher', 'moderator', 'admin'] as const;
/** Seconds. */
const LIFETIMES = ['3600', '7200', '86400', '604800', '2592000'] as const;
const FIRST: TokenWish = { role: 'publisher', room: '', lifetime: 7200, name: '', subject: '' };

export function MintForm({ onSubmit }: { onSubmit: (wish: TokenWish) => void }) {
  const texts = consoleTexts.value.tokens;
  const wish = useSignal(FIRST);
  const change = (changes: Partial<TokenWish>): void => {
    wish.value = { ...wish.value, ...changes };
  };
  return (
    <form
      class="group"
      onSubmit={(event) => {
        event.preventDefault();
        onSubmit(trimmed(wish.value));
      }}
    >
      <div class="console-fields">
        <RightFields wish={wish.value} change={change} />
        <PersonFields wish={wish.value} change={change} />
      </div>
      <div class="console-buttons start">
        <button type="submit" class="button primary" disabled={wish.value.room.trim() === ''} data-testid="mint-submit">
          {texts.submit}
        </button>
      </div>
    </form>
  );
}

function trimmed({ role, room, lifetime, name, subject }: TokenWish): TokenWish {
  return { role, room: room.trim(), lifetime, name: name.trim(), subject: subject.trim() };
}

interface GroupProps {
  wish: TokenWish;
  change: (changes: Partial<TokenWish>) => void;
}

/** What it opens, and for how long. */
function RightFields({ wish, change }: GroupProps) {
  const texts = consoleTexts.value.tokens;
  return (
    <>
      <SelectField
        label={texts.role}
        testId="mint-role"
        value={wish.role}
        choices={ROLES.map((value) => ({ value, label: texts.roles[value] }))}
        onChange={(role) => change({ role })}
      />
      <TextField
        label={texts.room}
        testId="mint-room"
        value={wish.room}
        onInput={(room) => change({ room })}
        placeholder={texts.roomHint}
      />
      <SelectField
        label={texts.lifetime}
        testId="mint-lifetime"
        value={String(wish.lifetime)}
        choices={LIFETIMES.map((value) => ({ value, label: texts.lifetimes[value] }))}
        onChange={(lifetime) => change({ lifetime: Number(lifetime) })}
      />
    </>
  );
}

/** Whose it is, where that is to be known. */
function PersonFields({ wish, change }: GroupProps) {
  const texts = consoleTexts.value.tokens;
  return (
    <>
      {(['name', 'subject'] as const).map((member) => (
        <TextField
          key={member}
          label={texts[member]}
          testId={`mint-${member}`}
          value={wish[member]}
          onInput={(text) => change({ [member]: text })}
          placeholder={texts.optional}
          maxLength={64}
        />
      ))}
    </>
  );
}
