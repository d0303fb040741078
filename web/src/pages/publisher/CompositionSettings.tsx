/** Where the camera stands in the shared screen, and how large. */
import { SelectField } from '../../components/fields.tsx';
import { messages } from '../../i18n/language.ts';
import { CAMERA_SIZES, CORNERS, type CameraSize, type Corner } from '../../media/composition.ts';
import { publisher } from './publisher-model.ts';

export function CompositionSettings() {
  const texts = messages.value.studio;
  const { corner, cameraSize } = publisher.preferences.value;
  return (
    <section class="group pairs" aria-label={texts.composition}>
      <SelectField
        label={texts.corner}
        testId="corner"
        value={corner}
        choices={CORNERS.map((value) => ({ value, label: texts.corners[value] }))}
        onChange={(value) => void publisher.change({ corner: value as Corner })}
      />
      <SelectField
        label={texts.cameraSize}
        testId="camera-size"
        value={cameraSize}
        choices={CAMERA_SIZES.map((value) => ({ value, label: texts.cameraSizes[value] }))}
        onChange={(value) => void publisher.change({ cameraSize: value as CameraSize })}
      />
      <p class="hint whole-row">{texts.hiddenTab}</p>
    </section>
  );
}
