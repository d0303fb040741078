/** Plays one file, with what lies over its picture and what keeps it from playing. */
import type { Signal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { Notice } from '../../components/Notice.tsx';
import { messages } from '../../i18n/language.ts';
import type { Playable, Recording } from './recording.ts';
import { shelf } from './recordings-model.ts';
import { type PlayProblem, useGrowingMedia } from './use-growing-media.ts';

interface RecordingMediaProps {
  recording: Recording;
  playable: Playable;
  /** Seconds of playback, written here. */
  time: Signal<number>;
  /** What lies over the picture. */
  children?: ComponentChildren;
}

export function RecordingMedia({ recording, playable, time, children }: RecordingMediaProps) {
  const { media, problem, tryAgain, onEnded, onError, onPlay } = useGrowingMedia(recording, playable);
  const shared = {
    class: playable.kind === 'video' ? 'player-video' : 'player-audio',
    controls: true,
    'aria-label': `${recording.room}, ${shelf.formatTime.value(recording.startedAt)}`,
    onEnded,
    onTimeUpdate: () => (time.value = media.current?.currentTime ?? 0),
    onPlay,
    onError: () => void onError(),
    'data-testid': 'media',
  };
  return (
    <>
      {playable.kind === 'video' ? (
        <div class="player-picture">
          <video ref={media} {...shared} playsInline />
          {children}
        </div>
      ) : (
        <audio ref={media} {...shared} />
      )}
      {problem.value !== undefined && <ProblemNotice problem={problem.value} onTryAgain={() => void tryAgain()} />}
    </>
  );
}

interface ProblemNoticeProps {
  problem: PlayProblem;
  onTryAgain: () => void;
}

function ProblemNotice({ problem, onTryAgain }: ProblemNoticeProps) {
  const texts = messages.value.recordings;
  return (
    <Notice kind="problem" testId="play-problem">
      {texts[problem]}{' '}
      {problem === 'playUnreachable' && (
        <button type="button" class="button" onClick={onTryAgain} data-testid="play-again">
          {texts.tryAgain}
        </button>
      )}
    </Notice>
  );
}
