import { render } from 'preact';
import '../styles/base.css';
import '../styles/forms.css';
import '../styles/layout.css';
import 'uplot/dist/uPlot.min.css';
import '../styles/console.css';
import '../styles/console-table.css';
import '../styles/console-views.css';
import { consoleTexts } from '../i18n/console.ts';
import { startLanguage } from '../i18n/language.ts';
import { ConsolePage } from './console/ConsolePage.tsx';
import { account } from './console/account-model.ts';
import { startRoute } from './console/route.ts';

startLanguage(() => consoleTexts.value.title);
startRoute();
void account.load();
const root = document.getElementById('app');
if (root !== null) render(<ConsolePage />, root);
