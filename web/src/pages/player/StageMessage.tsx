/** What stands in the middle of the stage while no picture runs. */
import { failureText } from '../../components/failure-text.ts';
import { Icon } from '../../components/Icon.tsx';
import { messages } from '../../i18n/language.ts';
import { player } from './player-model.ts';

export function StageMessage() {
  const texts = messages.value;
  const state = player.state.value;
  const failure = player.failure.value;
  if (state === 'playing') {
    const figures = player.figures.value;
    const isSoundOnly = figures?.audioCodec !== undefined && figures.videoCodec === undefined;
    return isSoundOnly ? <div class="stage-message soft">{texts.player.soundOnly}</div> : null;
  }
  if (state === 'idle') {
    return (
      <div class="stage-message" data-state={state}>
        <button
          type="button"
          class="big-play"
          aria-label={texts.player.start}
          onClick={() => player.start()}
          data-testid="big-play"
        >
          <Icon name="play" />
        </button>
        <p class="stage-hint">{texts.player.idleHint}</p>
      </div>
    );
  }
  if (state === 'error') {
    return (
      <div class="stage-message" role="alert" data-testid="failure">
        <span class="stage-icon problem">
          <Icon name="alert" />
        </span>
        <p class="stage-title">{texts.state.error}</p>
        {failure !== undefined && (
          <p class="stage-hint" data-code={failure.code ?? failure.kind}>
            {failureText(texts, failure)}
          </p>
        )}
        <button type="button" class="button primary" onClick={() => player.start()} data-testid="retry">
          {texts.failure.retryNow}
        </button>
      </div>
    );
  }
  return (
    <div class="stage-message">
      <span class={state === 'waiting' ? 'waves' : 'spinner'} aria-hidden="true" />
      <p class="stage-title">
        {state === 'waiting' && player.hasPlayed.value ? texts.player.away : texts.state[state]}
      </p>
      {state === 'waiting' && (
        <p class="stage-hint">{player.hasPlayed.value ? texts.player.awayHint : texts.player.waitingHint}</p>
      )}
      {state !== 'waiting' && failure !== undefined && (
        <p class="stage-hint" data-testid="failure" data-code={failure.code ?? failure.kind}>
          {failureText(texts, failure)} {texts.failure.retrying}
        </p>
      )}
    </div>
  );
}
