/** The settings of a room, for operators. */
import { consoleTexts } from '../../i18n/console.ts';
import type { RoomSettingsAnswer } from '../../api/admin.ts';
import { DescriptionFields, PasswordFields, RightsFields } from './RoomFields.tsx';
import { Section } from './Section.tsx';
import { useRoomForm } from './use-room-form.ts';

interface RoomFormProps {
  room: string;
  settings: RoomSettingsAnswer;
  refresh: () => void;
}

export function RoomForm({ room, settings, refresh }: RoomFormProps) {
  const texts = consoleTexts.value.form;
  const { fields, change, save, askToForget } = useRoomForm(room, settings, refresh);
  return (
    <Section title={texts.title} testId="room-form">
      <form
        class="group"
        onSubmit={(event) => {
          event.preventDefault();
          void save();
        }}
      >
        <DescriptionFields fields={fields} change={change} />
        <RightsFields fields={fields} change={change} />
        <PasswordFields fields={fields} change={change} hasPassword={settings.hasPassword} />
        <div class="console-buttons start">
          <button type="submit" class="button primary" data-testid="save-settings">
            {texts.save}
          </button>
          {settings.updatedAt !== undefined && (
            <button type="button" class="button" onClick={askToForget} data-testid="forget">
              {texts.forget}
            </button>
          )}
        </div>
      </form>
    </Section>
  );
}
