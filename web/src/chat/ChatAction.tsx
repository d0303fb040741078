/** A button with a picture alone, in a chat's head or beside a message. */
import { Icon, type IconName } from '../components/Icon.tsx';

interface ChatActionProps {
  icon: IconName;
  label: string;
  testId: string;
  onClick: () => void;
}

export function ChatAction({ icon, label, testId, onClick }: ChatActionProps) {
  return (
    <button type="button" class="chat-action" aria-label={label} title={label} onClick={onClick} data-testid={testId}>
      <Icon name={icon} />
    </button>
  );
}
