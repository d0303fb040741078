/** The address of the player page for a room, to copy or open. */
import { useSignal } from '@preact/signals';
import { messages } from '../i18n/language.ts';
import { isRoomName, playerUrl } from '../settings/access.ts';
import { CheckField } from './fields.tsx';
import { Icon } from './Icon.tsx';

/** Milliseconds that "copied" stays. */
const COPIED_TIME = 2_000;

export function ShareLink({ room, token }: { room: string; token: string }) {
  const texts = messages.value.publisher;
  const withToken = useSignal(false);
  const copied = useSignal(false);
  if (!isRoomName(room)) return <p class="hint">{texts.shareNeedsRoom}</p>;
  const url = playerUrl(room, withToken.value ? token : '', location.href);

  async function copy(): Promise<void> {
    // Pages without HTTPS have no clipboard: there the selected field is left to the user.
    const field = document.querySelector<HTMLInputElement>('[data-testid="player-link"]');
    field?.select();
    if (!('clipboard' in navigator)) return;
    await navigator.clipboard.writeText(url);
    copied.value = true;
    window.setTimeout(() => (copied.value = false), COPIED_TIME);
  }

  return (
    <>
      <div class="share-row">
        <input
          class="input"
          type="url"
          readonly
          value={url}
          aria-label={texts.share}
          data-testid="player-link"
          onFocus={(event) => event.currentTarget.select()}
        />
        <button type="button" class="button" onClick={() => void copy().catch(() => undefined)} data-testid="copy-link">
          <Icon name={copied.value ? 'check' : 'copy'} />
          <span role="status">{copied.value ? texts.copied : texts.copy}</span>
        </button>
        <a class="button" href={url} target="_blank" rel="noopener noreferrer" data-testid="open-link">
          <Icon name="open" />
          <span>{texts.open}</span>
        </a>
      </div>
      {token !== '' && (
        <CheckField
          label={texts.shareWithToken}
          testId="link-with-token"
          checked={withToken.value}
          onChange={(checked) => (withToken.value = checked)}
        />
      )}
    </>
  );
}
