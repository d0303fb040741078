/** What the keys do. */
import { Dialog } from '../../components/Dialog.tsx';
import { messages } from '../../i18n/language.ts';
import { watch } from './watch-model.ts';

export function KeyList() {
  const texts = messages.value.watch;
  if (!watch.showsKeys.value) return null;
  const { keyTexts } = texts;
  const rows: [keys: string[], text: string][] = [
    [[texts.keyNames.space, 'K'], keyTexts.play],
    [['M'], keyTexts.mute],
    [['F', texts.keyNames.doubleClick], keyTexts.fullscreen],
    [['T'], keyTexts.theatre],
    [['I'], keyTexts.statistics],
    [['D'], keyTexts.danmaku],
    [['C'], keyTexts.chat],
    [['?'], keyTexts.help],
  ];
  return (
    <Dialog class="keys" title={texts.keys} testId="keys" onClose={() => (watch.showsKeys.value = false)}>
      <dl>
        {rows.map(([keys, text]) => (
          <>
            <dt>
              {keys.map((key) => (
                <>
                  <kbd>{key}</kbd>{' '}
                </>
              ))}
            </dt>
            <dd>{text}</dd>
          </>
        ))}
      </dl>
    </Dialog>
  );
}
