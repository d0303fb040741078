import { render } from 'preact';
import '../styles/base.css';
import '../styles/forms.css';
import '../styles/layout.css';
import '../styles/tiles.css';
import '../styles/shelf.css';
import '../styles/recording-player.css';
import '../styles/chat.css';
import '../styles/chat-message.css';
import '../styles/danmaku.css';
import { startLanguage } from '../i18n/language.ts';
import { shelf } from './recordings/recordings-model.ts';
import { RecordingsPage } from './recordings/RecordingsPage.tsx';

startLanguage((texts) => texts.recordings.title);
shelf.load();
const root = document.getElementById('app');
if (root !== null) render(<RecordingsPage />, root);
