/** What stands in the middle of the stage while no picture runs. */
import { failureText } from '../../components/failure-text.ts';
import { Icon } from '../../components/Icon.tsx';
import { messages } from '../../i18n/language.ts';
import { player } from './player-model.ts';
import { watch } from './watch-model.ts';

export function StageMessage() {
  const state = player.state.value;
  switch (state) {
    case 'idle':
      return <IdleMessage />;
    case 'playing':
      return <SoundOnlyMessage />;
    case 'error':
      return <ErrorMessage />;
    case 'waiting':
      return <WaitingMessage />;
    case 'connecting':
    case 'reconnecting':
      return <ConnectingMessage state={state} />;
  }
}

function IdleMessage() {
  const texts = messages.value.player;
  const room = player.room.value.trim();
  return (
    <div class="stage-message" data-state="idle">
      <button
        type="button"
        class="big-play"
        aria-label={texts.start}
        onClick={() => player.start()}
        data-testid="big-play"
      >
        <Icon name="play" />
      </button>
      <p class="stage-hint">{room === '' ? texts.idleHint : texts.idleRoomHint(room)}</p>
    </div>
  );
}

function SoundOnlyMessage() {
  const figures = player.figures.value;
  const isSoundOnly = figures?.audioCodec !== undefined && figures.videoCodec === undefined;
  return isSoundOnly ? <div class="stage-message soft">{messages.value.player.soundOnly}</div> : null;
}

function ErrorMessage() {
  const texts = messages.value;
  const failure = player.failure.value;
  const isLocked = failure?.code === 'unauthorized';
  return (
    <div class="stage-message" role="alert" data-testid="failure">
      <span class="stage-icon problem">
        <Icon name={isLocked ? 'lock' : 'alert'} />
      </span>
      <p class="stage-title">{isLocked ? texts.player.lockedTitle : texts.state.error}</p>
      {failure !== undefined && (
        <p class="stage-hint" data-code={failure.code ?? failure.kind}>
          {isLocked ? texts.player.lockedHint : failureText(texts, failure)}
        </p>
      )}
      {isLocked ? (
        <button type="button" class="button primary" onClick={() => watch.enterToken()} data-testid="enter-token">
          {texts.player.enterToken}
        </button>
      ) : (
        <button type="button" class="button primary" onClick={() => player.start()} data-testid="retry">
          {texts.failure.retryNow}
        </button>
      )}
    </div>
  );
}

/** Nobody broadcasts yet, or the broadcaster is away. */
function WaitingMessage() {
  const texts = messages.value;
  const isAway = player.hasPlayed.value;
  return (
    <div class="stage-message">
      <span class="waves" aria-hidden="true" />
      <p class="stage-title">{isAway ? texts.player.away : texts.state.waiting}</p>
      <p class="stage-hint">{isAway ? texts.player.awayHint : texts.player.waitingHint}</p>
    </div>
  );
}

function ConnectingMessage({ state }: { state: 'connecting' | 'reconnecting' }) {
  const texts = messages.value;
  const failure = player.failure.value;
  return (
    <div class="stage-message">
      <span class="spinner" aria-hidden="true" />
      <p class="stage-title">{texts.state[state]}</p>
      {failure !== undefined && (
        <p class="stage-hint" data-testid="failure" data-code={failure.code ?? failure.kind}>
          {failureText(texts, failure)} {texts.failure.retrying}
        </p>
      )}
    </div>
  );
}
