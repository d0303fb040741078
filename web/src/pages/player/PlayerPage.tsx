import { ChatPanel } from '../../chat/ChatPanel.tsx';
import { AccessFields } from '../../components/AccessFields.tsx';
import { Dialog } from '../../components/Dialog.tsx';
import { FiguresPanel } from '../../components/FiguresPanel.tsx';
import { Icon } from '../../components/Icon.tsx';
import { Notice } from '../../components/Notice.tsx';
import { PageFrame } from '../../components/PageFrame.tsx';
import { ShareLink } from '../../components/ShareLink.tsx';
import { onSingleClick } from '../../components/single-click.ts';
import { DanmakuComposer } from '../../danmaku/DanmakuComposer.tsx';
import { ownDanmaku } from '../../danmaku/danmaku-settings.ts';
import { flying } from '../../danmaku/flying-model.ts';
import { messages } from '../../i18n/language.ts';
import { hasWebRtc } from '../session-page.ts';
import { KeyList } from './KeyList.tsx';
import { player } from './player-model.ts';
import { PlayerStage } from './PlayerStage.tsx';
import { RoomHead } from './RoomHead.tsx';
import { watch } from './watch-model.ts';

export function PlayerPage() {
  const texts = messages.value;
  const isActive = player.isActive.value;
  const hasChat = watch.chat.isThere.value && !watch.isChatFolded.value;
  return (
    <PageFrame page="player" room={player.room.value.trim()}>
      {!hasWebRtc() && (
        <Notice kind="problem" testId="unsupported">
          {texts.unsupported}
        </Notice>
      )}
      <div class={hasChat ? 'watch with-chat' : 'watch'}>
        <div class="watch-main">
          <PlayerStage />
          <RoomHead />
          <div class="watch-below">
            <AccessForm />
            <Tools />
            {isActive && <FiguresPanel figures={player.figures.value} side="receive" />}
          </div>
        </div>
        {hasChat && (
          <div class="watch-side">
            <ChatPanel
              chat={watch.chat}
              onFold={() => watch.foldChat(true)}
              danmaku={() => ownDanmaku(flying.settings.peek())}
            >
              <DanmakuComposer />
            </ChatPanel>
          </div>
        )}
      </div>
      <KeyList />
      {watch.showsShare.value && (
        <Dialog
          class="share-dialog"
          title={texts.publisher.share}
          testId="share-dialog"
          onClose={() => (watch.showsShare.value = false)}
        >
          <ShareLink room={player.room.value.trim()} token={player.token.value.trim()} />
        </Dialog>
      )}
    </PageFrame>
  );
}

/** Which room, with what right, and the button that starts. */
function AccessForm() {
  const texts = messages.value;
  const isActive = player.isActive.value;
  return (
    <form
      class="card access-row"
      onSubmit={(event) => {
        event.preventDefault();
        if (!isActive) player.start();
      }}
    >
      <AccessFields
        room={player.room}
        token={player.token}
        problem={player.roomProblem}
        tokenLabel={texts.player.token}
        disabled={isActive}
      />
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
  );
}

/** What stands below all else. */
function Tools() {
  const texts = messages.value;
  return (
    <div class="watch-tools">
      {watch.chat.isThere.value && watch.isChatFolded.value && (
        <button type="button" class="button" onClick={() => watch.foldChat(false)} data-testid="chat-show">
          <Icon name="chat" />
          {texts.chat.show}
        </button>
      )}
      <button type="button" class="button" onClick={() => (watch.showsShare.value = true)} data-testid="share">
        <Icon name="open" />
        {texts.watch.share}
      </button>
      <button type="button" class="button quiet" onClick={() => watch.toggleStatistics()} data-testid="statistics">
        <Icon name="statistics" />
        {texts.watch.statistics}
      </button>
      <button
        type="button"
        class="button quiet shortcuts"
        onClick={() => (watch.showsKeys.value = true)}
        data-testid="show-keys"
      >
        <Icon name="help" />
        {texts.watch.keys}
      </button>
    </div>
  );
}
