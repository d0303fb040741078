/** What stands in place of a page's list: why there is none, and what to do. */
import type { ComponentChildren } from 'preact';
import { Icon, type IconName } from './Icon.tsx';

export interface MessageParts {
  icon: IconName;
  title: string;
  /** Empty for none. */
  hint: string;
}

interface PageMessageProps extends MessageParts {
  state: string;
  /** Something is wrong. */
  isProblem: boolean;
  /** What can be done. */
  children?: ComponentChildren;
}

export function PageMessage({ icon, title, hint, state, isProblem, children }: PageMessageProps) {
  return (
    <section class="page-message" role={isProblem ? 'alert' : 'status'} data-testid="message" data-state={state}>
      <span class={isProblem ? 'page-message-icon problem' : 'page-message-icon'}>
        <Icon name={icon} />
      </span>
      <h2>{title}</h2>
      {hint !== '' && <p class="hint">{hint}</p>}
      {children}
    </section>
  );
}
