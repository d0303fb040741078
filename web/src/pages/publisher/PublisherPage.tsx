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
  const isActive = publisher.isActive.value;
  const problem = publisher.camera.problem.value;
  const limit = publisher.limit.value;
  return (
    <PageFrame page="publisher" room={publisher.room.value.trim()}>
      <h1 class="visually-hidden">{texts.publisher.title}</h1>
      <div class="column main-column">
        <Preview />
        <PublisherControls />
        <LevelMeter />
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
        <FailureNotice failure={publisher.failure.value} retrying={isActive} />
        {limit !== undefined && (
          <p class="hint" data-testid="limited">
            {texts.publisher.limited[limit]}
          </p>
        )}
        <ServerWarnings />
        {isActive && <HealthPanel />}
        <section class="card share" aria-labelledby="share-title">
          <h2 id="share-title">{texts.publisher.share}</h2>
          <ShareLink room={publisher.room.value.trim()} token={publisher.token.value.trim()} />
        </section>
        <EncoderSettings />
      </div>
      <div class="column side-column">
        <StudioChat />
        <form
          class="card access"
          onSubmit={(event) => {
            event.preventDefault();
            void publisher.start();
          }}
        >
          <AccessFields
            room={publisher.room}
            token={publisher.token}
            problem={publisher.roomProblem}
            disabled={isActive}
          />
          {/* Enter in a field goes live; the visible button stands under the picture. */}
          <button type="submit" class="visually-hidden" tabIndex={-1} aria-hidden="true" disabled={isActive} />
        </form>
        <div class="card settings">
          <SourceSettings />
          {publisher.preferences.value.source === 'both' && <CompositionSettings />}
          <PictureSettings />
          <SoundSettings />
          <CheckField
            label={texts.studio.countdown}
            testId="countdown-on"
            checked={publisher.preferences.value.countdown}
            onChange={(countdown) => void publisher.change({ countdown })}
          />
          {isActive && <p class="hint">{texts.publisher.lockedWhileLive}</p>}
        </div>
      </div>
    </PageFrame>
  );
}
