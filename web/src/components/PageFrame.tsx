/** What stands around every page: its name, the way to the other pages, the language. */
import type { ComponentChildren } from 'preact';
import { messages, switchLanguage } from '../i18n/language.ts';
import { pageUrl } from '../settings/access.ts';
import { Icon } from './Icon.tsx';

export type PageName = 'home' | 'publisher' | 'player' | 'recordings';

interface PageFrameProps {
  page: PageName;
  /** Kept on the way to the other pages. */
  room: string;
  children: ComponentChildren;
}

export function PageFrame({ page, room, children }: PageFrameProps) {
  const texts = messages.value;
  const link = (target: Exclude<PageName, 'home'>, label: string) => (
    <a
      class="nav-link"
      href={pageUrl(target, room)}
      aria-current={target === page ? 'page' : undefined}
      data-testid={`nav-${target}`}
    >
      {label}
    </a>
  );
  return (
    <>
      <header class="page-header">
        <a
          class="brand"
          href="/"
          aria-label={`live-webrtc: ${texts.home.title}`}
          aria-current={page === 'home' ? 'page' : undefined}
          data-testid="nav-home"
        >
          <Icon name="broadcast" />
          <span class="brand-name">live-webrtc</span>
        </a>
        <nav class="nav" aria-label={texts.nav.label}>
          {link('publisher', texts.nav.broadcast)}
          {link('player', texts.nav.watch)}
          {link('recordings', texts.nav.recordings)}
        </nav>
        <button
          type="button"
          class="button quiet language"
          onClick={switchLanguage}
          aria-label={texts.switchLanguage}
          data-testid="language"
        >
          <Icon name="language" />
          <span>{texts.otherLanguage}</span>
        </button>
      </header>
      <main class={`page ${page}`}>{children}</main>
    </>
  );
}
