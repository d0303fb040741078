/** The address of the player page for a room, to copy or open. */
import { useSignal } from '@preact/signals';
import { useRef } from 'preact/hooks';
import { messages } from '../i18n/language.ts';
import { isRoomName, playerUrl } from '../settings/access.ts';
import { CheckField } from './fields.tsx';
import { Icon } from './Icon.tsx';
import { useCopy } from './use-copy.ts';

export function ShareLink({ room, token }: { room: string; token: string }) {
  const texts = messages.value.publisher;
  const withToken = useSignal(false);
  const { copied, copy } = useCopy();
  const field = useRef<HTMLInputElement>(null);
  if (!isRoomName(room)) return <p class="hint">{texts.shareNeedsRoom}</p>;
  const url = playerUrl(room, withToken.value ? token : '', location.href);

  function onCopy(): void {
    // Without a clipboard the selected field is left to the user.
    field.current?.select();
    void copy(url);
  }

  return (
    <>
      <div class="share-row">
        <input
          ref={field}
          class="input"
          type="url"
          readonly
          value={url}
          aria-label={texts.share}
          data-testid="player-link"
          onFocus={(event) => event.currentTarget.select()}
        />
        <button type="button" class="button" onClick={onCopy} data-testid="copy-link">
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
