import { render } from 'preact';
import '../styles/base.css';
import '../styles/forms.css';
import '../styles/stage.css';
import '../styles/layout.css';
import '../styles/menu.css';
import '../styles/chat.css';
import '../styles/chat-message.css';
import '../styles/danmaku.css';
import '../styles/watch.css';
import { startLanguage } from '../i18n/language.ts';
import { player } from './player/player-model.ts';
import { PlayerPage } from './player/PlayerPage.tsx';
import { watch } from './player/watch-model.ts';
import { followPageLife, hasWebRtc } from './session-page.ts';

startLanguage((texts) => watch.title.value ?? texts.player.title);
const autostart = player.load();
followPageLife({ isActive: () => player.isActive.value, start: () => player.start(), stop: () => player.stop() });
const root = document.getElementById('app');
if (root !== null) render(<PlayerPage />, root);
// Who came by a link to a room can read what it is and its chat before they press play.
if (new URL(location.href).searchParams.has('room')) watch.enter();
if (autostart && hasWebRtc()) player.start();
