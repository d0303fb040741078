import { Notice } from '../../components/Notice.tsx';
import { PageFrame } from '../../components/PageFrame.tsx';
import { messages } from '../../i18n/language.ts';
import { PlayerDialog } from './PlayerDialog.tsx';
import { RecordingList } from './RecordingList.tsx';
import { shelf } from './recordings-model.ts';
import { ShelfMessage } from './ShelfMessage.tsx';
import { ShelfTools } from './ShelfTools.tsx';

export function RecordingsPage() {
  const texts = messages.value.recordings;
  const state = shelf.state.value;
  const opened = shelf.opened.value;
  return (
    <PageFrame page="recordings" room={shelf.room.value}>
      <div class="page-head">
        <h1>{texts.title}</h1>
        <p class="hint" role="status" data-testid="count">
          {shelf.total.value > 0 && texts.count(shelf.found.value, shelf.total.value)}
        </p>
      </div>
      <ShelfTools />
      {state === 'listed' && shelf.failure.value !== undefined && (
        <Notice kind="passing" testId="stale">
          {texts.stale}
        </Notice>
      )}
      {state === 'listed' ? <RecordingList /> : <ShelfMessage state={state} />}
      {opened !== undefined && <PlayerDialog key={opened} id={opened} />}
    </PageFrame>
  );
}
