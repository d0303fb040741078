/** What stands in place of the rooms: why there are none, and what to do. */
import { failureText } from '../../components/failure-text.ts';
import { Icon } from '../../components/Icon.tsx';
import { type MessageParts, PageMessage } from '../../components/PageMessage.tsx';
import { focusSearch } from '../../components/SearchField.tsx';
import type { Messages } from '../../i18n/en.ts';
import { messages } from '../../i18n/language.ts';
import { pageUrl } from '../../settings/access.ts';
import { home } from './home-model.ts';
import type { HomeState } from './home-state.ts';

type MessageState = Exclude<HomeState, 'listed'>;

export function HomeMessage({ state }: { state: MessageState }) {
  const { icon, title, hint } = partsOf(state, messages.value);
  const isProblem = state === 'unreachable' || state === 'refused';
  return (
    <PageMessage icon={icon} title={title} hint={hint} state={state} isProblem={isProblem}>
      <MessageAction state={state} />
      {state === 'empty' && mayHideRooms() && (
        <p class="hint" data-testid="may-be-more">
          {messages.value.home.emptyMore}
        </p>
      )}
    </PageMessage>
  );
}

function MessageAction({ state }: { state: MessageState }) {
  const texts = messages.value.home;
  switch (state) {
    case 'no-match':
      return (
        <button
          type="button"
          class="button"
          onClick={() => {
            home.text.value = '';
            focusSearch();
          }}
          data-testid="show-all"
        >
          {texts.clearSearch}
        </button>
      );
    case 'empty':
      return !home.mayBroadcast.value ? null : (
        <a class="button primary" href={pageUrl('publisher', home.room.value)}>
          <Icon name="broadcast" />
          {texts.broadcast}
        </a>
      );
    case 'no-list':
      return (
        <a class="button primary" href={pageUrl('player')} data-testid="watch-by-name">
          {texts.watchByName}
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
      return {
        icon: 'broadcast',
        title: own.emptyTitle,
        hint: home.mayBroadcast.value ? `${own.emptyHint} ${own.emptyOwn}` : own.emptyHint,
      };
    case 'no-match':
      return { icon: 'search', title: own.noMatchTitle, hint: own.noMatchHint };
    case 'token': {
      const wrong = home.usedToken.value === '' ? '' : own.tokenWrong;
      const what = home.person.value?.canLogIn === true ? own.tokenOrLogin : own.tokenHint;
      return { icon: 'lock', title: own.tokenTitle, hint: [wrong, what].filter(Boolean).join(' ') };
    }
    case 'no-list':
      return { icon: 'lock', title: own.noListTitle, hint: own.noListHint };
    case 'unreachable':
      return { icon: 'alert', title: own.unreachableTitle, hint: own.unreachableHint };
    case 'refused': {
      const failure = home.failure.value;
      return { icon: 'alert', title: own.refusedTitle, hint: failure === undefined ? '' : failureText(texts, failure) };
    }
  }
}
