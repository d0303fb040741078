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
  const { camera } = publisher;
  const capture = camera.capture.value;
  const secondsLeft = publisher.secondsLeft.value;

  useSignalEffect(() => {
    const track = camera.capture.value?.video;
    if (video.current === null) return;
    video.current.srcObject = track === undefined ? null : new MediaStream([track]);
  });

  return (
    <div class="stage" data-state={publisher.state.value}>
      <video
        ref={video}
        class="stage-video"
        autoPlay
        muted
        playsInline
        disablePictureInPicture
        aria-label={messages.value.publisher.preview}
        data-testid="preview"
      />
      {capture === undefined && <PreviewOff />}
      {capture !== undefined && !camera.pictureOn.value && <PictureHidden />}
      {secondsLeft !== undefined && <Countdown seconds={secondsLeft} />}
      <BroadcastFacts />
    </div>
  );
}

/** No device is open yet, or one is being opened. */
function PreviewOff() {
  const texts = messages.value.publisher;
  const isScreen = sharesScreen(publisher.preferences.value);
  return (
    <div class="stage-message">
      {publisher.camera.opening.value ? (
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
  );
}

function PictureHidden() {
  return (
    <div class="stage-message">
      <span class="stage-icon">
        <Icon name="cameraOff" />
      </span>
      <p class="stage-hint">{messages.value.publisher.pictureHidden}</p>
    </div>
  );
}

function Countdown({ seconds }: { seconds: number }) {
  return (
    <div class="stage-message countdown">
      <p role="status" aria-label={messages.value.studio.goingLiveIn(seconds)} data-testid="countdown">
        <span aria-hidden="true">{seconds}</span>
      </p>
    </div>
  );
}

/** State, viewers and time of the broadcast. */
function BroadcastFacts() {
  const state = publisher.state.value;
  const startedAt = publisher.startedAt.value;
  return (
    <div class="stage-top">
      <StatePill state={state} label={messages.value.state[state]} />
      <span class="spacer" />
      {publisher.viewers.value !== undefined && <ViewerCount viewers={publisher.viewers.value} />}
      {startedAt !== undefined && publisher.isActive.value && <Duration since={startedAt} />}
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
