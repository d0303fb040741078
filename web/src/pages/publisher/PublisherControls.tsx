/** Go live and stop, microphone and picture. */
import { Icon } from '../../components/Icon.tsx';
import { messages } from '../../i18n/language.ts';
import { onSingleClick } from '../../components/single-click.ts';
import { publisher } from './publisher-model.ts';

export function PublisherControls() {
  const texts = messages.value;
  const { camera } = publisher;
  const isActive = publisher.isActive.value;
  const isCounting = publisher.secondsLeft.value !== undefined;
  const [microphoneOn, pictureOn] = [camera.microphoneOn.value, camera.pictureOn.value];
  return (
    <div class="publisher-controls">
      {isActive ? (
        <button
          key="stop"
          type="button"
          class="button large danger"
          onClick={onSingleClick(() => publisher.stop())}
          data-testid="stop"
        >
          <Icon name={isCounting ? 'close' : 'stop'} />
          {isCounting ? texts.studio.cancel : texts.publisher.stop}
        </button>
      ) : (
        <button
          key="start"
          type="button"
          class="button large primary"
          onClick={() => void publisher.start()}
          disabled={camera.opening.value || publisher.missingRight.value !== undefined}
          data-testid="start"
        >
          <Icon name="broadcast" />
          {texts.publisher.start}
        </button>
      )}
      <button
        type="button"
        class={`button icon-only large${microphoneOn ? '' : ' off'}`}
        aria-label={microphoneOn ? texts.publisher.microphoneOn : texts.publisher.microphoneOff}
        title={microphoneOn ? texts.publisher.microphoneOn : texts.publisher.microphoneOff}
        aria-pressed={!microphoneOn}
        onClick={() => camera.setMicrophone(!microphoneOn)}
        data-testid="mute-microphone"
      >
        <Icon name={microphoneOn ? 'microphone' : 'microphoneOff'} />
      </button>
      <button
        type="button"
        class={`button icon-only large${pictureOn ? '' : ' off'}`}
        aria-label={pictureOn ? texts.publisher.cameraOn : texts.publisher.cameraOff}
        title={pictureOn ? texts.publisher.cameraOn : texts.publisher.cameraOff}
        aria-pressed={!pictureOn}
        onClick={() => camera.setPicture(!pictureOn)}
        data-testid="hide-picture"
      >
        <Icon name={pictureOn ? 'camera' : 'cameraOff'} />
      </button>
    </div>
  );
}
