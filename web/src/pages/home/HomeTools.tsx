/** Search, and who looks. */
import { Icon } from '../../components/Icon.tsx';
import { SearchField } from '../../components/SearchField.tsx';
import { TokenField } from '../../components/TokenField.tsx';
import { messages } from '../../i18n/language.ts';
import { home } from './home-model.ts';

export function HomeTools() {
  const texts = messages.value.home;
  const needsToken = home.state.value === 'token' || home.state.value === 'no-list';
  return (
    <div class="home-tools">
      <form role="search" class="home-search" onSubmit={(event) => event.preventDefault()}>
        <SearchField
          texts={texts}
          value={home.text.value}
          onInput={(value) => (home.text.value = value)}
          isSearching={home.text.value !== ''}
          onClear={() => (home.text.value = '')}
          isLabelHidden
        />
      </form>
      <Account />
      <details class="more home-token" open={needsToken || home.usedToken.value !== ''}>
        <summary data-testid="token-summary">{texts.token}</summary>
        <form
          class="home-token-form"
          onSubmit={(event) => {
            event.preventDefault();
            home.useToken();
          }}
        >
          <TokenField token={home.token} disabled={false} />
          <button type="submit" class="button" data-testid="use-token">
            {texts.useToken}
          </button>
        </form>
      </details>
    </div>
  );
}

/** Log in, or who is logged in; nothing where the server has no login. */
function Account() {
  const texts = messages.value.home;
  const person = home.person.value;
  if (person?.canLogIn !== true) return null;
  const name = person.name ?? person.subject;
  if (!person.isKnown || name === undefined) return <LogInLink />;
  return (
    <p class="home-account">
      <span class="hint" data-testid="logged-in-as">
        {texts.loggedInAs(name)}
      </span>
      <button type="button" class="button quiet" onClick={() => void home.logOut()} data-testid="log-out">
        {texts.logOut}
      </button>
    </p>
  );
}

function LogInLink() {
  return (
    <a class="button" href={home.loginUrl} data-testid="log-in">
      <Icon name="lock" />
      {messages.value.home.logIn}
    </a>
  );
}
