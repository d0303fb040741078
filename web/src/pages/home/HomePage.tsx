import { Icon } from '../../components/Icon.tsx';
import { Notice } from '../../components/Notice.tsx';
import { PageFrame } from '../../components/PageFrame.tsx';
import { messages } from '../../i18n/language.ts';
import { pageUrl } from '../../settings/access.ts';
import { home } from './home-model.ts';
import { HomeMessage } from './HomeMessage.tsx';
import { HomeTools } from './HomeTools.tsx';
import { RoomCard } from './RoomCard.tsx';

export function HomePage() {
  const texts = messages.value;
  const state = home.state.value;
  const loginError = home.loginError.value;
  return (
    <PageFrame page="home" room={home.room.value}>
      <div class="page-head">
        <div>
          <h1>{texts.home.title}</h1>
          <p class="hint" role="status" data-testid="count">
            {home.total.value > 0 && texts.home.count(home.found.value.length, home.total.value)}
          </p>
        </div>
        {home.mayBroadcast.value && (
          <a class="button large primary" href={pageUrl('publisher', home.room.value)} data-testid="broadcast">
            <Icon name="broadcast" />
            {texts.home.broadcast}
          </a>
        )}
      </div>
      {loginError !== undefined && (
        <Notice kind="problem" testId="login-error">
          {Object.hasOwn(texts.errors, loginError) ? texts.errors[loginError] : texts.errors.login_failed}
        </Notice>
      )}
      <HomeTools />
      {(state === 'listed' || state === 'no-match') && home.failure.value !== undefined && (
        <Notice kind="passing" testId="stale">
          {texts.home.stale}
        </Notice>
      )}
      {state === 'listed' ? (
        <ul class="tile-list">
          {home.found.value.map((room) => (
            <RoomCard key={room.name} room={room} />
          ))}
        </ul>
      ) : (
        <HomeMessage state={state} />
      )}
    </PageFrame>
  );
}
