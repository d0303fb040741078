/** How an own message flies: beside where it is written. */
import { useSignal } from '@preact/signals';
import { DANMAKU_PLACES, DANMAKU_SIZES } from '../../../src/chat/protocol.ts';
import { RadioField } from '../components/fields.tsx';
import { Icon } from '../components/Icon.tsx';
import { messages } from '../i18n/language.ts';
import { COLORS } from './danmaku-settings.ts';
import { flying } from './flying-model.ts';

export function DanmakuComposer() {
  const texts = messages.value.danmaku;
  const { sendsFlying, color, size, place } = flying.settings.value;
  const isOpen = useSignal(false);
  return (
    <div
      class="danmaku-composer"
      onKeyDown={(event) => {
        if (event.key === 'Escape') isOpen.value = false;
      }}
    >
      <label class="check danmaku-send" title={texts.fly}>
        <input
          type="checkbox"
          checked={sendsFlying}
          onChange={(event) => flying.change({ sendsFlying: event.currentTarget.checked })}
          data-testid="danmaku-send"
        />
        <span>{texts.fly}</span>
      </label>
      {sendsFlying && (
        <button
          type="button"
          class="chat-action"
          aria-expanded={isOpen.value}
          aria-label={`${texts.color}, ${texts.size}, ${texts.place}`}
          title={`${texts.color}, ${texts.size}, ${texts.place}`}
          onClick={() => (isOpen.value = !isOpen.value)}
          data-testid="danmaku-style"
        >
          <span class="danmaku-sample" style={{ background: color }} />
          <Icon name="choose" />
        </button>
      )}
      {isOpen.value && sendsFlying && (
        <div class="danmaku-styles" role="group" aria-label={texts.title}>
          <fieldset class="danmaku-colors">
            <legend class="visually-hidden">{texts.color}</legend>
            {COLORS.map((one) => (
              <label key={one} class="danmaku-color" title={texts.colors[one]}>
                <input
                  type="radio"
                  name="danmaku-color"
                  checked={one === color}
                  aria-label={texts.colors[one]}
                  onChange={() => flying.change({ color: one })}
                  data-testid={`danmaku-color-${one.slice(1)}`}
                />
                <span style={{ background: one }} />
              </label>
            ))}
          </fieldset>
          <RadioField
            label={texts.size}
            name="danmaku-size"
            value={size}
            choices={DANMAKU_SIZES.map((value) => ({ value, label: texts.sizes[value] }))}
            onChange={(value) => flying.change({ size: value })}
          />
          <RadioField
            label={texts.place}
            name="danmaku-place"
            value={place}
            choices={DANMAKU_PLACES.map((value) => ({ value, label: texts.places[value] }))}
            onChange={(value) => flying.change({ place: value })}
          />
        </div>
      )}
    </div>
  );
}
