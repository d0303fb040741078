/** What OBS and other programs need to publish into the room. */
import { useSignal } from '@preact/signals';
import { publishEndpoint } from '../../api/whip.ts';
import { Icon } from '../../components/Icon.tsx';
import { useCopy } from '../../components/use-copy.ts';
import { messages } from '../../i18n/language.ts';
import { isRoomName } from '../../settings/access.ts';
import { publisher } from './publisher-model.ts';

export function EncoderSettings() {
  const texts = messages.value.studio;
  const room = publisher.room.value.trim();
  const token = publisher.token.value.trim();
  return (
    <details class="card encoder" data-testid="encoder">
      <summary>{texts.encoder}</summary>
      {isRoomName(room) ? (
        <div class="encoder-fields">
          <p class="hint">{texts.encoderHint}</p>
          <CopyField label={texts.server} value={new URL(publishEndpoint(room), location.href).href} testId="server" />
          {token === '' ? (
            <p class="hint">{texts.noBearer}</p>
          ) : (
            <CopyField label={texts.bearer} value={token} testId="bearer" isSecret />
          )}
        </div>
      ) : (
        <p class="hint">{messages.value.publisher.shareNeedsRoom}</p>
      )}
    </details>
  );
}

interface CopyFieldProps {
  label: string;
  value: string;
  testId: string;
  /** Hidden until it is asked for. */
  isSecret?: boolean;
}

function CopyField({ label, value, testId, isSecret = false }: CopyFieldProps) {
  const texts = messages.value;
  const { copied, copy } = useCopy();
  const isShown = useSignal(!isSecret);
  async function onCopy(): Promise<void> {
    // Without a clipboard the text is shown to be copied by hand.
    const isCopied = await copy(value);
    isShown.value = !isSecret || !isCopied;
  }
  return (
    <div class="field">
      <label for={`encoder-${testId}`}>{label}</label>
      <div class="share-row">
        <input
          id={`encoder-${testId}`}
          class="input"
          {...(isShown.value ? { type: 'text' as const } : { type: 'password' as const })}
          readonly
          value={value}
          autocomplete="off"
          data-testid={`encoder-${testId}`}
          onFocus={(event) => event.currentTarget.select()}
        />
        {isSecret && (
          <button
            type="button"
            class="button icon-only"
            aria-label={isShown.value ? texts.access.hideToken : texts.access.showToken}
            aria-pressed={isShown.value}
            onClick={() => (isShown.value = !isShown.value)}
            data-testid={`show-${testId}`}
          >
            <Icon name={isShown.value ? 'hide' : 'show'} />
          </button>
        )}
        <button
          type="button"
          class="button"
          aria-label={`${texts.publisher.copy}: ${label}`}
          onClick={() => void onCopy()}
          data-testid={`copy-${testId}`}
        >
          <Icon name={copied.value ? 'check' : 'copy'} />
          <span>{copied.value ? texts.publisher.copied : texts.publisher.copy}</span>
        </button>
      </div>
    </div>
  );
}
