import { render } from 'preact';
import '../styles/base.css';
import '../styles/forms.css';
import '../styles/layout.css';
import '../styles/tiles.css';
import '../styles/home.css';
import { startLanguage } from '../i18n/language.ts';
import { home } from './home/home-model.ts';
import { HomePage } from './home/HomePage.tsx';

startLanguage((texts) => texts.home.title);
home.load();
const root = document.getElementById('app');
if (root !== null) render(<HomePage />, root);
