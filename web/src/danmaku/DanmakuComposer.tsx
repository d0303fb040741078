/** How an own message flies: beside where it is written. */
import { useSignal } from '@preact/signals';
import { useRef } from 'preact/hooks';
import { DANMAKU_PLACES, DANMAKU_SIZES } from '../../../src/chat/protocol.ts';
import { RadioField } from '../components/fields.tsx';
import { Icon } from '../components/Icon.tsx';
import { messages } from '../i18n/language.ts';
import { COLORS } from './danmaku-settings.ts';
import { flying } from './flying-model.ts';

export function DanmakuComposer() {
  const texts = messages.value.danmaku;
  const { sendsFlying, color } = flying.settings.value;
  const styleLabel = `${texts.color}, ${texts.size}, ${texts.place}`;
  const isOpen = useSignal(false);
  const button = useRef<HTMLButtonElement>(null);
  return (
    <div
      class="danmaku-composer"
      onKeyDown={(event) => {
        if (event.key !== 'Escape' || !isOpen.value) return;
        isOpen.value = false;
        button.current?.focus();
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
          ref={button}
          type="button"
          class="chat-action"
          aria-expanded={isOpen.value}
          aria-label={styleLabel}
          title={styleLabel}
          onClick={() => (isOpen.value = !isOpen.value)}
          data-testid="danmaku-style"
        >
          <span class="danmaku-sample" style={{ background: color }} />
          <Icon name="choose" />
        </button>
      )}
      {isOpen.value && sendsFlying && <Styles />}
    </div>
  );
}

/** Colour, size and place of an own message. */
function Styles() {
  const texts = messages.value.danmaku;
  const { size, place } = flying.settings.value;
  return (
    <div class="danmaku-styles" role="group" aria-label={texts.title}>
      <ColorField />
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
  );
}

function ColorField() {
  const texts = messages.value.danmaku;
  const present = flying.settings.value.color;
  return (
    <fieldset class="danmaku-colors">
      <legend class="visually-hidden">{texts.color}</legend>
      {COLORS.map((color) => (
        <label key={color} class="danmaku-color" title={texts.colors[color]}>
          <input
            type="radio"
            name="danmaku-color"
            checked={color === present}
            aria-label={texts.colors[color]}
            onChange={() => flying.change({ color })}
            data-testid={`danmaku-color-${color.slice(1)}`}
          />
          <span style={{ background: color }} />
        </label>
      ))}
    </fieldset>
  );
}
