/** A recording over the page. Escape closes it, and the browser gives the focus back to where it was. */
import { useSignal } from '@preact/signals';
import { useEffect, useId, useRef } from 'preact/hooks';
import { formatDuration, formatSize } from '../../components/format.ts';
import { Icon } from '../../components/Icon.tsx';
import { Notice } from '../../components/Notice.tsx';
import { messages } from '../../i18n/language.ts';
import { FlyingReplay, ReplayList, useRecordedChat } from './ChatReplay.tsx';
import { Downloads } from './Downloads.tsx';
import { playableOf, type Recording } from './recording.ts';
import { RecordingMedia } from './RecordingMedia.tsx';
import { mediaText } from './recording-text.ts';
import { shelf } from './recordings-model.ts';

export function PlayerDialog({ id }: { id: string }) {
  const texts = messages.value;
  const dialog = useRef<HTMLDialogElement>(null);
  const titleId = useId();
  const recording = shelf.get(id);
  const playable = recording && playableOf(recording);
  /** Seconds of playback. */
  const time = useSignal(0);
  const said = useRecordedChat(id);

  useEffect(() => {
    dialog.current?.showModal();
  }, []);

  return (
    <dialog
      ref={dialog}
      class="player-dialog"
      aria-labelledby={titleId}
      onClose={() => shelf.close()}
      onClick={(event) => {
        // The dialog itself is what lies around its content.
        if (event.target === event.currentTarget) dialog.current?.close();
      }}
      data-testid="dialog"
    >
      <div class="player-content">
        <header class="player-head">
          <h2 id={titleId}>{recording?.room ?? texts.recordings.title}</h2>
          <button
            type="button"
            class="button quiet icon-only"
            aria-label={texts.recordings.close}
            onClick={() => dialog.current?.close()}
            data-testid="close"
          >
            <Icon name="close" />
          </button>
        </header>
        {recording !== undefined && playable !== undefined ? (
          <>
            <RecordingMedia recording={recording} playable={playable} time={time}>
              {playable.kind === 'video' && <FlyingReplay said={said} time={time} />}
            </RecordingMedia>
            <ReplayList said={said} time={time} />
            <Details recording={recording} />
          </>
        ) : (
          <Notice kind="problem" testId="play-problem">
            {texts.errors.no_such_recording}
          </Notice>
        )}
      </div>
    </dialog>
  );
}

function Details({ recording }: { recording: Recording }) {
  const texts = messages.value.recordings;
  const { startedAt, duration, size, state, error, room } = recording;
  const facts = [
    shelf.formatTime.value(startedAt),
    formatDuration(duration * 1000),
    formatSize(size),
    mediaText(recording, texts.soundOnly),
    texts.states[state],
  ];
  return (
    <footer class="player-details">
      <p class="hint">{facts.join(' · ')}</p>
      {error !== undefined && (
        <p class="hint problem">
          {texts.reason} <span lang="en">{error}</span>
        </p>
      )}
      {state === 'recording' && (
        <p class="hint">
          {texts.growing} <a href={`./player.html?room=${encodeURIComponent(room)}`}>{texts.watchLive}</a>
        </p>
      )}
      <Downloads recording={recording} />
    </footer>
  );
}
