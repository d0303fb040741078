/** The way in: by the provider of the server, or by a token. */
import { useSignal } from '@preact/signals';
import { failureText } from '../../components/failure-text.ts';
import { Icon } from '../../components/Icon.tsx';
import { Notice } from '../../components/Notice.tsx';
import { TokenField } from '../../components/TokenField.tsx';
import { consoleTexts } from '../../i18n/console.ts';
import { messages, switchLanguage } from '../../i18n/language.ts';
import { account } from './account-model.ts';

const LOGIN = `/api/login?return=${encodeURIComponent('/web/admin/')}`;

export function LoginView() {
  const texts = consoleTexts.value.login;
  const token = useSignal('');
  return (
    <main class="console-login">
      <form
        class="card"
        onSubmit={(event) => {
          event.preventDefault();
          void account.logIn(token.value.trim());
        }}
        data-testid="login"
      >
        <span class="brand">
          <Icon name="broadcast" />
          <span class="brand-name">live-webrtc</span>
        </span>
        <h1>{texts.title}</h1>
        <Problems />
        {account.canLogIn.value && (
          <>
            <a class="button primary large" href={LOGIN} data-testid="login-account">
              {texts.withAccount}
            </a>
            <p class="hint console-or">{texts.or}</p>
          </>
        )}
        <TokenField
          token={token}
          placeholder=""
          disabled={account.isLoading.value}
          problem={account.isRefused.value ? texts.refused : undefined}
        />
        <p class="hint">{texts.tokenHint}</p>
        <button
          type="submit"
          class={account.canLogIn.value ? 'button large' : 'button primary large'}
          disabled={account.isLoading.value}
          data-testid="login-submit"
        >
          {texts.submit}
        </button>
        {account.state.value === 'no-right' && (
          <button type="button" class="button" onClick={() => void account.logOut()} data-testid="logout">
            {texts.logOut}
          </button>
        )}
        <button type="button" class="button quiet" onClick={switchLanguage} aria-label={messages.value.switchLanguage}>
          <Icon name="language" />
          {messages.value.otherLanguage}
        </button>
      </form>
    </main>
  );
}

/** Why somebody is not in, or not any more. */
function Problems() {
  const failure = account.failure.value;
  const person = account.person.value;
  return (
    <>
      {failure !== undefined && (
        <Notice kind="problem" testId="login-problem">
          {failureText(messages.value, failure)}
        </Notice>
      )}
      {account.state.value === 'no-right' && (
        <Notice kind="problem" testId="no-right">
          {consoleTexts.value.login.noRight(person?.name ?? person?.subject ?? '?')}
        </Notice>
      )}
    </>
  );
}
