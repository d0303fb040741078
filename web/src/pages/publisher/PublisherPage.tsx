import { AccessFields } from '../../components/AccessFields.tsx';
import { FailureNotice } from '../../components/FailureNotice.tsx';
import { CheckField } from '../../components/fields.tsx';
import { Notice } from '../../components/Notice.tsx';
import { PageFrame } from '../../components/PageFrame.tsx';
import { ShareLink } from '../../components/ShareLink.tsx';
import { messages } from '../../i18n/language.ts';
import { mediaDevices } from '../../media/capture.ts';
import { hasWebRtc } from '../session-page.ts';
import { CompositionSettings } from './CompositionSettings.tsx';
import { EncoderSettings } from './EncoderSettings.tsx';
import { HealthPanel } from './HealthPanel.tsx';
import { LevelMeter } from './LevelMeter.tsx';
import { Preview } from './Preview.tsx';
import { publisher } from './publisher-model.ts';
import { PublisherControls } from './PublisherControls.tsx';
import { RightsNotice } from './RightsNotice.tsx';
import { ServerWarnings } from './ServerWarnings.tsx';
import { PictureSettings } from './PictureSettings.tsx';
import { StudioChat } from './StudioChat.tsx';
import { SoundSettings } from './SoundSettings.tsx';
import { SourceSettings } from './SourceSettings.tsx';

export function PublisherPage() {
  const texts = messages.value;
  const [room, token] = [publisher.room.value.trim(), publisher.token.value.trim()];
  return (
    <PageFrame page="publisher" room={room}>
      <h1 class="visually-hidden">{texts.publisher.title}</h1>
      <div class="column main-column">
        <Preview />
        <PublisherControls />
        <LevelMeter />
        <Notices />
        {publisher.isActive.value && <HealthPanel />}
        <section class="card share" aria-labelledby="share-title">
          <h2 id="share-title">{texts.publisher.share}</h2>
          <ShareLink room={room} token={token} />
        </section>
        <EncoderSettings />
      </div>
      <div class="column side-column">
        <StudioChat />
        <AccessForm />
        <Settings />
      </div>
    </PageFrame>
  );
}

/** What keeps the broadcast from going as it should. */
function Notices() {
  const texts = messages.value;
  const problem = publisher.camera.problem.value;
  const limit = publisher.limit.value;
  return (
    <>
      {!hasWebRtc() && (
        <Notice kind="problem" testId="unsupported">
          {texts.unsupported}
        </Notice>
      )}
      {problem !== undefined && (
        <Notice kind="problem" testId="capture-problem">
          <span data-code={problem}>{mediaDevices() === undefined ? texts.insecure : texts.capture[problem]}</span>
        </Notice>
      )}
      <RightsNotice />
      <FailureNotice failure={publisher.failure.value} retrying={publisher.isActive.value} />
      {limit !== undefined && (
        <p class="hint" data-testid="limited">
          {texts.publisher.limited[limit]}
        </p>
      )}
      <ServerWarnings />
    </>
  );
}

/** Which room, with what right. Enter in a field goes live; the visible button stands under the picture. */
function AccessForm() {
  const isActive = publisher.isActive.value;
  return (
    <form
      class="card access"
      onSubmit={(event) => {
        event.preventDefault();
        void publisher.start();
      }}
    >
      <AccessFields room={publisher.room} token={publisher.token} problem={publisher.roomProblem} disabled={isActive} />
      <button type="submit" class="visually-hidden" tabIndex={-1} aria-hidden="true" disabled={isActive} />
    </form>
  );
}

function Settings() {
  const texts = messages.value;
  const preferences = publisher.preferences.value;
  return (
    <div class="card settings">
      <SourceSettings />
      {preferences.source === 'both' && <CompositionSettings />}
      <PictureSettings />
      <SoundSettings />
      <CheckField
        label={texts.studio.countdown}
        testId="countdown-on"
        checked={preferences.countdown}
        onChange={(countdown) => void publisher.change({ countdown })}
      />
      {publisher.isActive.value && <p class="hint">{texts.publisher.lockedWhileLive}</p>}
    </div>
  );
}
