/** Chooses the size of the picture, where it is broadcast in several. */
import { useSignal } from '@preact/signals';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { sizeName, type Layer } from '../../api/layers.ts';
import { formatBitrate } from '../../components/format.ts';
import { Icon } from '../../components/Icon.tsx';
import { messages } from '../../i18n/language.ts';
import { player } from './player-model.ts';

/** Which item the keys of a menu go to; undefined for other keys. */
const STEPS: Readonly<Record<string, (index: number, count: number) => number>> = {
  ArrowDown: (index, count) => (index + 1) % count,
  ArrowUp: (index, count) => (index + count - 1) % count,
  Home: () => 0,
  End: (_, count) => count - 1,
};

export function QualityMenu() {
  const { layers, chosen } = player.broadcast;
  const isOpen = useSignal(false);
  const root = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  const texts = messages.value.player;
  const present = chosen.value?.id;
  const presentName = chosen.value === undefined ? texts.automaticQuality : sizeName(chosen.value);

  useLayoutEffect(() => {
    if (!isOpen.value) return undefined;
    root.current?.querySelector<HTMLElement>('[aria-checked=true]')?.focus();
    const onPointer = (event: PointerEvent): void => {
      if (!(event.target instanceof Node) || root.current?.contains(event.target) !== true) isOpen.value = false;
    };
    document.addEventListener('pointerdown', onPointer);
    return () => document.removeEventListener('pointerdown', onPointer);
  }, [isOpen.value, isOpen]);

  if (layers.value.length < 2) return null;

  const close = (): void => {
    isOpen.value = false;
    button.current?.focus();
  };
  const choose = (wanted: Layer | undefined): void => {
    player.broadcast.choose(wanted);
    close();
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (!isOpen.value) return;
    const items = [...(root.current?.querySelectorAll<HTMLElement>('[role=menuitemradio]') ?? [])];
    const focused = items.findIndex((item) => item === document.activeElement);
    const next = STEPS[event.key]?.(focused, items.length);
    if (next !== undefined) items[next]?.focus();
    else if (event.key === 'Escape') close();
    else if (event.key === 'Tab') isOpen.value = false;
    if (next !== undefined || event.key === 'Escape') event.preventDefault();
  };
  const item = (wanted: Layer | undefined, name: string, detail: string) => (
    <button
      key={wanted?.id ?? ''}
      type="button"
      role="menuitemradio"
      class="menu-item"
      aria-checked={wanted?.id === present}
      tabIndex={-1}
      onClick={() => choose(wanted)}
      data-testid={`quality-${wanted?.id ?? 'auto'}`}
    >
      <Icon name="check" />
      <span>{name}</span>
      <span class="menu-detail">{detail}</span>
    </button>
  );

  return (
    <div ref={root} class="quality" onKeyDown={onKeyDown}>
      <button
        ref={button}
        type="button"
        class="control quality-button"
        aria-haspopup="menu"
        aria-expanded={isOpen.value}
        aria-label={`${texts.quality}: ${presentName}`}
        title={texts.quality}
        onClick={() => (isOpen.value = !isOpen.value)}
        data-testid="quality"
      >
        <Icon name="settings" />
        <span>{presentName}</span>
      </button>
      {isOpen.value && (
        <div class="menu" role="menu" aria-label={texts.quality} data-testid="quality-menu">
          {item(undefined, texts.automaticQuality, texts.automaticQualityHint)}
          {layers.value.map((layer) =>
            item(layer, sizeName(layer), layer.bitrate > 0 ? formatBitrate(layer.bitrate) : ''),
          )}
        </div>
      )}
    </div>
  );
}
