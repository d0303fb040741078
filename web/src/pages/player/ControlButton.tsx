/** A button of the bar at the foot of the picture. */
import { Icon, type IconName } from '../../components/Icon.tsx';

interface ControlButtonProps {
  icon: IconName;
  label: string;
  testId: string;
  pressed?: boolean;
  /** Not where the bar is narrow. */
  wideOnly?: boolean;
  onClick: (event: MouseEvent) => void;
}

export function ControlButton({ icon, label, testId, pressed, wideOnly, onClick }: ControlButtonProps) {
  return (
    <button
      type="button"
      class={wideOnly === true ? 'control wide-only' : 'control'}
      aria-label={label}
      title={label}
      aria-pressed={pressed}
      onClick={onClick}
      data-testid={testId}
    >
      <Icon name={icon} />
    </button>
  );
}
