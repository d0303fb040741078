/** A message that the user should not miss. */
import type { ComponentChildren } from 'preact';
import { Icon } from './Icon.tsx';

interface NoticeProps {
  /** 'problem' needs the user, 'passing' goes away by itself. */
  kind: 'problem' | 'passing';
  testId: string;
  children: ComponentChildren;
}

export function Notice({ kind, testId, children }: NoticeProps) {
  return (
    <div class={`notice ${kind}`} role={kind === 'problem' ? 'alert' : 'status'} data-testid={testId}>
      <Icon name="alert" />
      <div class="notice-text">{children}</div>
    </div>
  );
}
