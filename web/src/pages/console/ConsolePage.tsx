import { consoleTexts } from '../../i18n/console.ts';
import { account } from './account-model.ts';
import { AuditView } from './AuditView.tsx';
import { BansView } from './BansView.tsx';
import { ConsoleFrame } from './ConsoleFrame.tsx';
import { LoginView } from './LoginView.tsx';
import { OverviewView } from './OverviewView.tsx';
import { RecordingsView } from './RecordingsView.tsx';
import { RoomView } from './RoomView.tsx';
import { RoomsView } from './RoomsView.tsx';
import { route, type ViewName } from './route.ts';
import { SettingsView } from './SettingsView.tsx';
import { TokensView } from './TokensView.tsx';

export function ConsolePage() {
  const state = account.state.value;
  if (state === 'loading') {
    return (
      <main class="console-login" aria-busy="true" aria-label={consoleTexts.value.title}>
        <p class="hint">{consoleTexts.value.login.loading}</p>
      </main>
    );
  }
  if (state !== 'in') return <LoginView />;
  const [first = 'rooms'] = account.views.value;
  const wanted = route.value?.view ?? first;
  const view = account.views.value.includes(wanted) ? wanted : first;
  const room = route.value?.room;
  return (
    <ConsoleFrame view={view}>
      {view === 'rooms' && room !== undefined ? <RoomView key={room} room={room} /> : <View name={view} />}
    </ConsoleFrame>
  );
}

function View({ name }: { name: ViewName }) {
  switch (name) {
    case 'overview':
      return <OverviewView />;
    case 'rooms':
      return <RoomsView />;
    case 'recordings':
      return <RecordingsView />;
    case 'bans':
      return <BansView />;
    case 'audit':
      return <AuditView />;
    case 'tokens':
      return <TokensView />;
    case 'settings':
      return <SettingsView />;
  }
}
