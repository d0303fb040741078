/** What stands in place of the list: why there is none, and what to do. */
import { failureText } from '../../components/failure-text.ts';
import { type MessageParts, PageMessage } from '../../components/PageMessage.tsx';
import { useMayBroadcast } from '../../components/use-may-broadcast.ts';
import { focusSearch } from '../../components/SearchField.tsx';
import { messages } from '../../i18n/language.ts';
import type { Messages } from '../../i18n/en.ts';
import { pageUrl } from '../../settings/access.ts';
import { shelf } from './recordings-model.ts';
import type { ShelfState } from './shelf-state.ts';

type MessageState = Exclude<ShelfState, 'listed'>;

export function ShelfMessage({ state }: { state: MessageState }) {
  const { icon, title, hint } = partsOf(state, messages.value);
  const isProblem = state === 'token' || state === 'unreachable' || state === 'refused';
  return (
    <PageMessage icon={icon} title={title} hint={hint} state={state} isProblem={isProblem}>
      <MessageAction state={state} />
    </PageMessage>
  );
}

function MessageAction({ state }: { state: MessageState }) {
  const texts = messages.value;
  switch (state) {
    case 'no-match':
      return (
        <button
          type="button"
          class="button"
          onClick={() => {
            shelf.clearSearch();
            focusSearch();
          }}
          data-testid="show-all"
        >
          {texts.recordings.clearSearch}
        </button>
      );
    case 'empty':
      return <BroadcastLink />;
    case 'unreachable':
    case 'refused':
      return (
        <button type="button" class="button" onClick={() => shelf.submit()} data-testid="try-again">
          {texts.recordings.tryAgain}
        </button>
      );
    case 'loading':
    case 'off':
    case 'token':
      return null;
  }
}

function BroadcastLink() {
  if (!useMayBroadcast(shelf.token.value.trim())) return null;
  return (
    <a class="button primary" href={pageUrl('publisher', shelf.room.value)} data-testid="broadcast">
      {messages.value.publisher.title}
    </a>
  );
}

function partsOf(state: MessageState, texts: Messages): MessageParts {
  const own = texts.recordings;
  switch (state) {
    case 'loading':
      return { icon: 'film', title: own.loading, hint: '' };
    case 'off':
      return { icon: 'film', title: own.offTitle, hint: own.offHint };
    case 'empty':
      return { icon: 'film', title: own.emptyTitle, hint: own.emptyHint };
    case 'no-match':
      return { icon: 'search', title: own.noMatchTitle, hint: own.noMatchHint };
    case 'token': {
      const wrong = shelf.token.value.trim() === '' ? '' : own.tokenWrong;
      return { icon: 'lock', title: own.tokenTitle, hint: [wrong, own.tokenHint].filter(Boolean).join(' ') };
    }
    case 'unreachable':
      return { icon: 'alert', title: own.unreachableTitle, hint: own.unreachableHint };
    case 'refused': {
      const failure = shelf.failure.value;
      return { icon: 'alert', title: own.refusedTitle, hint: failure === undefined ? '' : failureText(texts, failure) };
    }
  }
}
