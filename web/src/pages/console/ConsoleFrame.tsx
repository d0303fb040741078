/** What stands around every part of the console. */
import type { ComponentChildren } from 'preact';
import { failureText } from '../../components/failure-text.ts';
import { Icon, type IconName } from '../../components/Icon.tsx';
import { Notice } from '../../components/Notice.tsx';
import { consoleTexts } from '../../i18n/console.ts';
import { messages, switchLanguage } from '../../i18n/language.ts';
import { account } from './account-model.ts';
import { outcome } from './deeds.ts';
import { QuestionDialog } from './QuestionDialog.tsx';
import { hrefOf, type ViewName } from './route.ts';

const ICONS: Record<ViewName, IconName> = {
  overview: 'screen',
  rooms: 'camera',
  recordings: 'film',
  bans: 'hide',
  audit: 'search',
  tokens: 'lock',
  settings: 'settings',
};

export function ConsoleFrame({ view, children }: { view: ViewName; children: ComponentChildren }) {
  const texts = consoleTexts.value;
  return (
    <div class="console">
      <header class="console-header">
        <a class="brand" href="/">
          <Icon name="broadcast" />
          <span class="brand-name">live-webrtc</span>
        </a>
        <span class="spacer" />
        <Person />
        <button
          type="button"
          class="button quiet language"
          onClick={switchLanguage}
          aria-label={messages.value.switchLanguage}
          data-testid="language"
        >
          <Icon name="language" />
          <span>{messages.value.otherLanguage}</span>
        </button>
        <button type="button" class="button" onClick={() => void account.logOut()} data-testid="logout">
          {texts.login.logOut}
        </button>
      </header>
      <nav class="console-nav" aria-label={texts.navigation}>
        {account.views.value.map((name) => (
          <a
            key={name}
            class="console-link"
            href={hrefOf(name)}
            aria-current={name === view ? 'page' : undefined}
            data-testid={`view-${name}`}
          >
            <Icon name={ICONS[name]} />
            {texts.views[name]}
          </a>
        ))}
      </nav>
      <main class="console-main">
        <Outcome />
        {children}
      </main>
      <QuestionDialog />
    </div>
  );
}

function Person() {
  const texts = consoleTexts.value;
  const { name, subject } = account.person.value ?? {};
  return (
    <p class="console-person" data-testid="person">
      <strong>{name ?? subject ?? texts.nobody}</strong>
      <span class="hint">{account.isAdmin.value ? texts.roles.admin : texts.roles.moderator}</span>
    </p>
  );
}

function Outcome() {
  const last = outcome.value;
  return (
    <div class="console-outcome" role="status" data-testid="outcome">
      {last?.kind === 'done' && (
        <p class="console-done">
          <Icon name="check" />
          {last.text}
        </p>
      )}
      {last?.kind === 'failed' && (
        <Notice kind="problem" testId="deed-failed">
          {failureText(messages.value, last.failure)}
        </Notice>
      )}
    </div>
  );
}
