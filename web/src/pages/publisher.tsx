import { render } from 'preact';
import '../styles/base.css';
import '../styles/forms.css';
import '../styles/stage.css';
import '../styles/layout.css';
import '../styles/chat.css';
import '../styles/chat-message.css';
import '../styles/studio.css';
import { startLanguage } from '../i18n/language.ts';
import { watchDevices } from '../media/devices.ts';
import { publisher } from './publisher/publisher-model.ts';
import { PublisherPage } from './publisher/PublisherPage.tsx';
import { askBeforeLeaving, followPageLife, hasWebRtc } from './session-page.ts';

startLanguage((texts) => texts.publisher.title);
const autostart = publisher.load();
watchDevices();
followPageLife({
  isActive: () => publisher.isActive.value,
  start: () => void publisher.start(true),
  stop: () => publisher.stop(),
});
askBeforeLeaving(publisher.isActive);
const root = document.getElementById('app');
if (root !== null) render(<PublisherPage />, root);
if (autostart && hasWebRtc()) void publisher.start(true);
