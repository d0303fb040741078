/** Switches flying messages, and sets how they fly. */
import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { Icon } from '../components/Icon.tsx';
import { messages } from '../i18n/language.ts';
import { SHARES } from './danmaku-settings.ts';
import { flying } from './flying-model.ts';

export function DanmakuMenu() {
  const texts = messages.value.danmaku;
  const settings = flying.settings.value;
  const isOpen = useSignal(false);
  const root = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);

  useEffect(() => {
    if (!isOpen.value) return undefined;
    const onPointer = (event: PointerEvent): void => {
      if (!(event.target instanceof Node) || root.current?.contains(event.target) !== true) isOpen.value = false;
    };
    document.addEventListener('pointerdown', onPointer);
    return () => document.removeEventListener('pointerdown', onPointer);
  }, [isOpen.value, isOpen]);

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
        class={`control danmaku-button${settings.isOn ? '' : ' off'}`}
        aria-expanded={isOpen.value}
        aria-label={texts.settings}
        title={texts.title}
        onClick={() => (isOpen.value = !isOpen.value)}
        data-testid="danmaku-menu"
      >
        <Icon name="flying" />
      </button>
      {isOpen.value && (
        <div class="menu danmaku-settings" role="group" aria-label={texts.title} data-testid="danmaku-settings">
          <Check
            label={texts.show}
            testId="danmaku-on"
            checked={settings.isOn}
            onChange={(isOn) => flying.change({ isOn })}
          />
          <Check
            label={texts.all}
            testId="danmaku-all"
            checked={settings.showsAll}
            onChange={(showsAll) => flying.change({ showsAll })}
          />
          <Range name="opacity" label={texts.opacity} least={0.2} most={1} step={0.1} />
          <Range name="speed" label={texts.speed} least={0.5} most={2} step={0.25} />
          <Range name="density" label={texts.density} least={20} most={200} step={20} />
          <fieldset class="danmaku-shares">
            <legend>{texts.share}</legend>
            {SHARES.map((share) => (
              <label key={share} class="segment">
                <input
                  type="radio"
                  name="danmaku-share"
                  checked={settings.share === share}
                  onChange={() => flying.change({ share })}
                  data-testid={`danmaku-share-${share}`}
                />
                <span>{texts.shares[share]}</span>
              </label>
            ))}
          </fieldset>
        </div>
      )}
    </div>
  );
}

interface CheckProps {
  label: string;
  testId: string;
  checked: boolean;
  onChange: (checked: boolean) => void;
}

function Check({ label, testId, checked, onChange }: CheckProps) {
  return (
    <label class="check">
      <input
        type="checkbox"
        checked={checked}
        onChange={(event) => onChange(event.currentTarget.checked)}
        data-testid={testId}
      />
      <span>{label}</span>
    </label>
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
