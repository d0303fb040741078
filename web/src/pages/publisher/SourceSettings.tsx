/** Camera or screen, and which device. */
import { RadioField, SelectField, type Choice } from '../../components/fields.tsx';
import { Icon, type IconName } from '../../components/Icon.tsx';
import { messages } from '../../i18n/language.ts';
import { canShareScreen } from '../../media/capture.ts';
import { devices } from '../../media/devices.ts';
import { NO_MICROPHONE, sharesScreen } from '../../settings/preferences.ts';
import { publisher } from './publisher-model.ts';

export function SourceSettings() {
  const texts = messages.value.publisher;
  const preferences = publisher.preferences.value;
  const isScreen = sharesScreen(preferences);
  // Another microphone for a shared screen would mean asking for the screen again.
  const isSharing = isScreen && publisher.camera.capture.value !== undefined;
  const choices = (list: MediaDeviceInfo[]): Choice[] => [
    { value: '', label: texts.defaultDevice },
    ...list.map(({ deviceId, label }, index) => ({ value: deviceId, label: label || texts.unnamedDevice(index + 1) })),
  ];
  return (
    <section class="group" aria-label={texts.source}>
      {canShareScreen() && (
        <RadioField
          label={texts.source}
          name="source"
          value={preferences.source}
          choices={[
            { value: 'camera', label: <SourceLabel icon="camera" text={texts.camera} /> },
            { value: 'screen', label: <SourceLabel icon="screen" text={texts.screen} /> },
            { value: 'both', label: <SourceLabel icon="pictureInPicture" text={messages.value.studio.both} /> },
          ]}
          onChange={(source) => void publisher.change({ source })}
        />
      )}
      {isSharing && (
        <button type="button" class="button" onClick={() => void publisher.reopenDevices()} data-testid="change-screen">
          {texts.changeScreen}
        </button>
      )}
      {preferences.source !== 'screen' && (
        <SelectField
          label={texts.cameraDevice}
          testId="camera"
          value={preferences.camera}
          choices={choices(devices.value.cameras)}
          onChange={(camera) => void publisher.change({ camera })}
          disabled={isSharing}
        />
      )}
      <SelectField
        label={texts.microphone}
        testId="microphone"
        value={preferences.microphone}
        choices={[...choices(devices.value.microphones), { value: NO_MICROPHONE, label: texts.noMicrophone }]}
        onChange={(microphone) => void publisher.change({ microphone })}
        disabled={isSharing}
      />
    </section>
  );
}

function SourceLabel({ icon, text }: { icon: IconName; text: string }) {
  return (
    <>
      <Icon name={icon} />
      {text}
    </>
  );
}
