import { AccessFields } from '../../components/AccessFields.tsx';
import { FiguresPanel } from '../../components/FiguresPanel.tsx';
import { Icon } from '../../components/Icon.tsx';
import { Notice } from '../../components/Notice.tsx';
import { PageFrame } from '../../components/PageFrame.tsx';
import { onSingleClick } from '../../components/single-click.ts';
import { messages } from '../../i18n/language.ts';
import { hasWebRtc } from '../session-page.ts';
import { player } from './player-model.ts';
import { PlayerStage } from './PlayerStage.tsx';

export function PlayerPage() {
  const texts = messages.value;
  const isActive = player.isActive.value;
  return (
    <PageFrame page="player" room={player.room.value.trim()}>
      <h1 class="visually-hidden">{texts.player.title}</h1>
      {!hasWebRtc() && (
        <Notice kind="problem" testId="unsupported">
          {texts.unsupported}
        </Notice>
      )}
      <PlayerStage />
      <form
        class="card access-row"
        onSubmit={(event) => {
          event.preventDefault();
          if (!isActive) player.start();
        }}
      >
        <AccessFields room={player.room} token={player.token} problem={player.roomProblem} disabled={isActive} />
        {isActive ? (
          <button
            key="stop"
            type="button"
            class="button large"
            onClick={onSingleClick(() => player.stop())}
            data-testid="stop"
          >
            <Icon name="stop" />
            {texts.player.stop}
          </button>
        ) : (
          <button key="start" type="submit" class="button large primary" data-testid="start">
            <Icon name="play" />
            {texts.player.start}
          </button>
        )}
      </form>
      {isActive && <FiguresPanel figures={player.figures.value} side="receive" />}
      <p class="hint shortcuts">{texts.player.shortcuts}</p>
    </PageFrame>
  );
}
