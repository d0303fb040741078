/** Go live and stop, microphone and picture. */
import { Icon, type IconName } from '../../components/Icon.tsx';
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
      <DeviceSwitch
        isOn={microphoneOn}
        label={microphoneOn ? texts.publisher.microphoneOn : texts.publisher.microphoneOff}
        icon={microphoneOn ? 'microphone' : 'microphoneOff'}
        onSwitch={(isOn) => camera.setMicrophone(isOn)}
        testId="mute-microphone"
      />
      <DeviceSwitch
        isOn={pictureOn}
        label={pictureOn ? texts.publisher.cameraOn : texts.publisher.cameraOff}
        icon={pictureOn ? 'camera' : 'cameraOff'}
        onSwitch={(isOn) => camera.setPicture(isOn)}
        testId="hide-picture"
      />
    </div>
  );
}

interface DeviceSwitchProps {
  isOn: boolean;
  /** What pressing it does. */
  label: string;
  icon: IconName;
  onSwitch: (isOn: boolean) => void;
  testId: string;
}

/** Mutes the microphone or hides the picture, and takes that back. */
function DeviceSwitch({ isOn, label, icon, onSwitch, testId }: DeviceSwitchProps) {
  return (
    <button
      type="button"
      class={`button icon-only large${isOn ? '' : ' off'}`}
      aria-label={label}
      title={label}
      aria-pressed={!isOn}
      onClick={() => onSwitch(!isOn)}
      data-testid={testId}
    >
      <Icon name={icon} />
    </button>
  );
}
