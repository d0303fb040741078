import { render } from 'preact';
import '../styles/base.css';
import '../styles/forms.css';
import '../styles/stage.css';
import '../styles/layout.css';
import '../styles/menu.css';
import { startLanguage } from '../i18n/language.ts';
import { player } from './player/player-model.ts';
import { PlayerPage } from './player/PlayerPage.tsx';
import { followPageLife, hasWebRtc } from './session-page.ts';

startLanguage((texts) => texts.player.title);
const autostart = player.load();
followPageLife({ isActive: () => player.isActive.value, start: () => player.start(), stop: () => player.stop() });
const root = document.getElementById('app');
if (root !== null) render(<PlayerPage />, root);
if (autostart && hasWebRtc()) player.start();
