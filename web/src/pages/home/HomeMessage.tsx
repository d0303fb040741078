/** What stands in place of the rooms: why there are none, and what to do. */
import { failureText } from '../../components/failure-text.ts';
import { Icon, type IconName } from '../../components/Icon.tsx';
import type { Messages } from '../../i18n/en.ts';
import { messages } from '../../i18n/language.ts';
import { pageUrl } from '../../settings/access.ts';
import { home } from './home-model.ts';
import type { HomeState } from './home-state.ts';

type MessageState = Exclude<HomeState, 'listed'>;

interface MessageParts {
  icon: IconName;
  title: string;
  hint: string;
}

export function HomeMessage({ state }: { state: MessageState }) {
  const { icon, title, hint } = partsOf(state, messages.value);
  const isProblem = state === 'unreachable' || state === 'refused';
  return (
    <section class="home-message" role={isProblem ? 'alert' : 'status'} data-testid="message" data-state={state}>
      <span class={isProblem ? 'home-icon problem' : 'home-icon'}>
        <Icon name={icon} />
      </span>
      <h2>{title}</h2>
      {hint !== '' && <p class="hint">{hint}</p>}
      <MessageAction state={state} />
      {state === 'empty' && mayHideRooms() && (
        <p class="hint" data-testid="may-be-more">
          {messages.value.home.emptyMore}
        </p>
      )}
    </section>
  );
}

function MessageAction({ state }: { state: MessageState }) {
  const texts = messages.value.home;
  switch (state) {
    case 'no-match':
      return (
        <button type="button" class="button" onClick={() => (home.text.value = '')} data-testid="show-all">
          {texts.clearSearch}
        </button>
      );
    case 'empty':
      return (
        <a class="button primary" href={pageUrl('publisher', home.room.value)}>
          <Icon name="broadcast" />
          {texts.broadcast}
        </a>
      );
    case 'unreachable':
    case 'refused':
      return (
        <button type="button" class="button" onClick={() => void home.refresh()} data-testid="try-again">
          {texts.tryAgain}
        </button>
      );
    case 'loading':
    case 'token':
      return null;
  }
}

/** Whether a login would let see what this visitor does not. */
function mayHideRooms(): boolean {
  const person = home.person.value;
  return person?.canLogIn === true && !person.isKnown;
}

function partsOf(state: MessageState, texts: Messages): MessageParts {
  const own = texts.home;
  switch (state) {
    case 'loading':
      return { icon: 'broadcast', title: own.loading, hint: '' };
    case 'empty':
      return { icon: 'broadcast', title: own.emptyTitle, hint: own.emptyHint };
    case 'no-match':
      return { icon: 'search', title: own.noMatchTitle, hint: own.noMatchHint };
    case 'token': {
      const wrong = home.usedToken.value === '' ? '' : own.tokenWrong;
      const what = home.person.value?.canLogIn === true ? own.tokenOrLogin : own.tokenHint;
      return { icon: 'lock', title: own.tokenTitle, hint: [wrong, what].filter(Boolean).join(' ') };
    }
    case 'unreachable':
      return { icon: 'alert', title: own.unreachableTitle, hint: own.unreachableHint };
    case 'refused': {
      const failure = home.failure.value;
      return { icon: 'alert', title: own.refusedTitle, hint: failure === undefined ? '' : failureText(texts, failure) };
    }
  }
}
