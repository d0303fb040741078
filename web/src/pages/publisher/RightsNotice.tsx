/** Says before anything is started that the server will not let this page broadcast, and what to do. */
import { Notice } from '../../components/Notice.tsx';
import { messages } from '../../i18n/language.ts';
import { pageUrl } from '../../settings/access.ts';
import { publisher } from './publisher-model.ts';

export function RightsNotice() {
  const texts = messages.value.studio;
  const missing = publisher.missingRight.value;
  if (missing === undefined || publisher.isActive.value) return null;
  return (
    <Notice kind="problem" testId="no-right">
      <span data-missing={missing}>{texts.noRight[missing]}</span>{' '}
      {missing === 'watch' && (
        <a href={pageUrl('player', publisher.room.value.trim())} data-testid="watch-instead">
          {texts.watchInstead}
        </a>
      )}
    </Notice>
  );
}
