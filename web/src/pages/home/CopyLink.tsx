/** Copies the address of a room's watch page; without a clipboard, shows it to be copied by hand. */
import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { Icon } from '../../components/Icon.tsx';
import { useCopy } from '../../components/use-copy.ts';
import { messages } from '../../i18n/language.ts';
import { playerUrl } from '../../settings/access.ts';

export function CopyLink({ room, title }: { room: string; title: string }) {
  const texts = messages.value.home;
  const { copied, copy } = useCopy();
  const byHand = useSignal(false);
  const field = useRef<HTMLInputElement>(null);
  const url = playerUrl(room, '', location.href);
  useEffect(() => {
    if (byHand.value) field.current?.select();
  }, [byHand.value]);

  return (
    <>
      <button
        type="button"
        class="button"
        aria-label={copied.value ? undefined : texts.shareRoom(title)}
        onClick={() => void copy(url).then((done) => (byHand.value ||= !done))}
        data-testid="share"
      >
        <Icon name={copied.value ? 'check' : 'link'} />
        <span>{copied.value ? texts.copied : texts.share}</span>
      </button>
      <span class="visually-hidden" role="status">
        {copied.value && texts.copied}
      </span>
      {byHand.value && (
        <input
          ref={field}
          class="input live-link"
          type="url"
          readonly
          value={url}
          aria-label={texts.linkOf(title)}
          data-testid="link"
        />
      )}
    </>
  );
}
