/** One recording on the shelf. */
import { formatDuration, formatSize } from '../../components/format.ts';
import { Icon } from '../../components/Icon.tsx';
import { messages } from '../../i18n/language.ts';
import { Downloads } from './Downloads.tsx';
import { playableOf, type Recording } from './recording.ts';
import { mediaText } from './recording-text.ts';
import { shelf } from './recordings-model.ts';
import { Thumbnail } from './Thumbnail.tsx';

interface RecordingCardProps {
  recording: Recording;
  /** The room stands above the card. */
  headed: boolean;
}

export function RecordingCard({ recording, headed }: RecordingCardProps) {
  const texts = messages.value.recordings;
  const { id, room, startedAt, duration, size, state, error } = recording;
  const playable = playableOf(recording);
  const time = shelf.formatTime.value(startedAt);
  const length = formatDuration(duration * 1000);
  const picture = (
    <>
      <Thumbnail recording={recording} playable={playable} />
      <span class="record-length">{length}</span>
    </>
  );
  const when = <time dateTime={new Date(startedAt).toISOString()}>{time}</time>;
  return (
    <li class="tile record" data-testid="recording" data-id={id} data-state={state}>
      {playable === undefined ? (
        <div class="tile-picture record-picture">{picture}</div>
      ) : (
        <button
          type="button"
          class="tile-picture record-picture"
          aria-label={`${texts.play(room, time)}, ${length}`}
          onClick={() => void shelf.open(id)}
          data-testid="play"
        >
          {picture}
          <span class="record-play">
            <Icon name="play" />
          </span>
        </button>
      )}
      <div class="tile-body record-body">
        <div class="record-title">
          {headed ? <h3>{when}</h3> : <h2>{room}</h2>}
          <span class="record-state" data-testid="record-state">
            {texts.states[state]}
          </span>
        </div>
        {!headed && <p class="record-time">{when}</p>}
        <p class="hint" data-testid="facts">
          {[formatSize(size), mediaText(recording, texts.soundOnly)].join(' · ')}
        </p>
        {playable === undefined && <p class="hint">{texts.notPlayable}</p>}
        {error !== undefined && (
          <p class="hint problem" data-testid="reason">
            {texts.reason} <span lang="en">{error}</span>
          </p>
        )}
        <Downloads recording={recording} />
      </div>
    </li>
  );
}
