/** Chooses the size of the picture, where it is broadcast in several. */
import { sizeName, type Layer } from '../../api/layers.ts';
import { formatBitrate } from '../../components/format.ts';
import { Icon } from '../../components/Icon.tsx';
import { useMenuButton } from '../../components/use-menu-button.ts';
import { messages } from '../../i18n/language.ts';
import { player } from './player-model.ts';

export function QualityMenu() {
  const { layers, chosen } = player.broadcast;
  const { isOpen, root, button, close, onKeyDown } = useMenuButton();
  const texts = messages.value.player;
  const presentName = chosen.value === undefined ? texts.automaticQuality : sizeName(chosen.value);
  if (layers.value.length < 2) return null;
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
          <QualityItem
            wanted={undefined}
            name={texts.automaticQuality}
            detail={texts.automaticQualityHint}
            onChosen={close}
          />
          {layers.value.map((layer) => (
            <QualityItem
              key={layer.id}
              wanted={layer}
              name={sizeName(layer)}
              detail={layer.bitrate > 0 ? formatBitrate(layer.bitrate) : ''}
              onChosen={close}
            />
          ))}
        </div>
      )}
    </div>
  );
}

interface QualityItemProps {
  /** Undefined for the server's choice. */
  wanted: Layer | undefined;
  name: string;
  detail: string;
  onChosen: () => void;
}

function QualityItem({ wanted, name, detail, onChosen }: QualityItemProps) {
  return (
    <button
      type="button"
      role="menuitemradio"
      class="menu-item"
      aria-checked={wanted?.id === player.broadcast.chosen.value?.id}
      tabIndex={-1}
      onClick={() => {
        player.broadcast.choose(wanted);
        onChosen();
      }}
      data-testid={`quality-${wanted?.id ?? 'auto'}`}
    >
      <Icon name="check" />
      <span>{name}</span>
      <span class="menu-detail">{detail}</span>
    </button>
  );
}
