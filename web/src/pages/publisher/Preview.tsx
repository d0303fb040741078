/** What the viewers will see. */
import { useSignalEffect } from '@preact/signals';
import { useRef } from 'preact/hooks';
import { Duration } from '../../components/Duration.tsx';
import { Icon } from '../../components/Icon.tsx';
import { StatePill } from '../../components/StatePill.tsx';
import { messages } from '../../i18n/language.ts';
import { sharesScreen } from '../../settings/preferences.ts';
import { publisher } from './publisher-model.ts';

export function Preview() {
  const video = useRef<HTMLVideoElement>(null);
  const texts = messages.value.publisher;
  const { camera } = publisher;
  const capture = camera.capture.value;
  const state = publisher.state.value;
  const startedAt = publisher.startedAt.value;
  const isScreen = sharesScreen(publisher.preferences.value);
  const secondsLeft = publisher.secondsLeft.value;

  useSignalEffect(() => {
    const track = camera.capture.value?.video;
    if (video.current === null) return;
    video.current.srcObject = track === undefined ? null : new MediaStream([track]);
  });

  return (
    <div class="stage" data-state={state}>
      <video
        ref={video}
        class="stage-video"
        autoPlay
        muted
        playsInline
        disablePictureInPicture
        aria-label={texts.preview}
        data-testid="preview"
      />
      {capture === undefined && (
        <div class="stage-message">
          {camera.opening.value ? (
            <span class="spinner" aria-hidden="true" />
          ) : (
            <>
              <span class="stage-icon">
                <Icon name={isScreen ? 'screen' : 'camera'} />
              </span>
              <p class="stage-hint">{isScreen ? texts.previewScreenOff : texts.previewOff}</p>
              <button
                type="button"
                class="button glass"
                onClick={() => void publisher.reopenDevices()}
                data-testid="show-preview"
              >
                {texts.showPreview}
              </button>
            </>
          )}
        </div>
      )}
      {capture !== undefined && !camera.pictureOn.value && (
        <div class="stage-message">
          <span class="stage-icon">
            <Icon name="cameraOff" />
          </span>
          <p class="stage-hint">{texts.pictureHidden}</p>
        </div>
      )}
      {secondsLeft !== undefined && (
        <div class="stage-message countdown">
          <p role="status" aria-label={messages.value.studio.goingLiveIn(secondsLeft)} data-testid="countdown">
            <span aria-hidden="true">{secondsLeft}</span>
          </p>
        </div>
      )}
      <div class="stage-top">
        <StatePill state={state} label={messages.value.state[state]} />
        <span class="spacer" />
        {publisher.viewers.value !== undefined && <ViewerCount viewers={publisher.viewers.value} />}
        {startedAt !== undefined && publisher.isActive.value && <Duration since={startedAt} />}
      </div>
    </div>
  );
}

function ViewerCount({ viewers }: { viewers: number }) {
  return (
    <span class="duration viewer-count" data-testid="viewers" data-count={viewers}>
      <Icon name="viewers" />
      <span aria-hidden="true">{viewers}</span>
      <span class="visually-hidden">{messages.value.studio.viewers(viewers)}</span>
    </span>
  );
}
