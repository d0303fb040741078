/** Makes tokens, and shows each once. */
import { useSignal } from '@preact/signals';
import { dateTimeFormat } from '../../components/format.ts';
import { consoleTexts, localeTag } from '../../i18n/console.ts';
import type { MintedToken, TokenWish } from '../../api/admin.ts';
import { account } from './account-model.ts';
import { CopyField } from './CopyField.tsx';
import { perform } from './deeds.ts';
import { MintForm } from './MintForm.tsx';
import { Section } from './Section.tsx';

const LINKS = ['player', 'publisher', 'whip', 'whep'] as const;

export function TokensView() {
  const texts = consoleTexts.value.tokens;
  const minted = useSignal<MintedToken | undefined>(undefined);
  async function mint(wish: TokenWish): Promise<void> {
    minted.value = undefined;
    await perform(async () => {
      minted.value = await account.api.value.mint(wish);
    }, consoleTexts.value.done);
  }
  return (
    <div class="console-view">
      <h1>{texts.title}</h1>
      <Section title={texts.make} testId="mint">
        <MintForm onSubmit={(wish) => void mint(wish)} />
        {minted.value !== undefined && <Minted minted={minted.value} />}
      </Section>
    </div>
  );
}

function Minted({ minted: { token, expiresAt, links } }: { minted: MintedToken }) {
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
