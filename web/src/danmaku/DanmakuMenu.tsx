/** Switches flying messages, and sets how they fly. */
import { useSignal } from '@preact/signals';
import { useRef } from 'preact/hooks';
import { CheckField } from '../components/fields.tsx';
import { Icon } from '../components/Icon.tsx';
import { useOutsidePress } from '../components/use-outside-press.ts';
import { messages } from '../i18n/language.ts';
import { SHARES } from './danmaku-settings.ts';
import { flying } from './flying-model.ts';

export function DanmakuMenu() {
  const texts = messages.value.danmaku;
  const isOpen = useSignal(false);
  const root = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  useOutsidePress(root, isOpen.value, () => (isOpen.value = false));

  return (
    <div
      ref={root}
      class="quality"
      onKeyDown={(event) => {
        if (event.key !== 'Escape' || !isOpen.value) return;
        isOpen.value = false;
        button.current?.focus();
        event.preventDefault();
      }}
    >
      <button
        ref={button}
        type="button"
        class={`control danmaku-button${flying.settings.value.isOn ? '' : ' off'}`}
        aria-expanded={isOpen.value}
        aria-label={texts.settings}
        title={texts.title}
        onClick={() => (isOpen.value = !isOpen.value)}
        data-testid="danmaku-menu"
      >
        <Icon name="flying" />
      </button>
      {isOpen.value && <Settings />}
    </div>
  );
}

/** Whether and how messages fly on this page. */
function Settings() {
  const texts = messages.value.danmaku;
  const { isOn, showsAll } = flying.settings.value;
  return (
    <div class="menu danmaku-settings" role="group" aria-label={texts.title} data-testid="danmaku-settings">
      <CheckField
        label={texts.show}
        testId="danmaku-on"
        checked={isOn}
        onChange={(checked) => flying.change({ isOn: checked })}
      />
      <CheckField
        label={texts.all}
        testId="danmaku-all"
        checked={showsAll}
        onChange={(checked) => flying.change({ showsAll: checked })}
      />
      <Range name="opacity" label={texts.opacity} least={0.2} most={1} step={0.1} />
      <Range name="speed" label={texts.speed} least={0.5} most={2} step={0.25} />
      <Range name="density" label={texts.density} least={20} most={200} step={20} />
      <ShareField />
    </div>
  );
}

/** The part of the picture that messages fly over. */
function ShareField() {
  const texts = messages.value.danmaku;
  const present = flying.settings.value.share;
  return (
    <fieldset class="danmaku-shares">
      <legend>{texts.share}</legend>
      {SHARES.map((share) => (
        <label key={share} class="segment">
          <input
            type="radio"
            name="danmaku-share"
            checked={share === present}
            onChange={() => flying.change({ share })}
            data-testid={`danmaku-share-${share}`}
          />
          <span>{texts.shares[share]}</span>
        </label>
      ))}
    </fieldset>
  );
}

interface RangeProps {
  name: 'opacity' | 'speed' | 'density';
  label: string;
  least: number;
  most: number;
  step: number;
}

function Range({ name, label, least, most, step }: RangeProps) {
  const value = flying.settings.value[name];
  return (
    <label class="danmaku-range">
      <span>{label}</span>
      <input
        type="range"
        min={least}
        max={most}
        step={step}
        value={value}
        onInput={(event) => flying.change({ [name]: Number(event.currentTarget.value) })}
        data-testid={`danmaku-${name}`}
      />
      <output>{name === 'density' ? value : `${Math.round(value * 100)} %`}</output>
    </label>
  );
}
