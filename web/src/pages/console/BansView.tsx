import { consoleTexts } from '../../i18n/console.ts';
import { BanList } from './BanList.tsx';

export function BansView() {
  return (
    <div class="console-view">
      <h1>{consoleTexts.value.views.bans}</h1>
      <BanList room={undefined} />
    </div>
  );
}
