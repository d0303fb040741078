/** What the form of a room's settings holds, and what becomes of it. */
import { useSignal } from '@preact/signals';
import type { RoomSettingsAnswer } from '../../api/admin.ts';
import { consoleTexts } from '../../i18n/console.ts';
import { account } from './account-model.ts';
import { perform, question } from './deeds.ts';
import { fieldsOf, settingsOf, type RoomFields } from './room-form.ts';

export interface RoomForm {
  fields: RoomFields;
  change: (changes: Partial<RoomFields>) => void;
  /** Sends what the fields hold, unless one of them is wrong. */
  save: () => Promise<void>;
  /** Makes it a room like all others, once that is confirmed. */
  askToForget: () => void;
}

/** `refresh` is called once the server has other settings. */
export function useRoomForm(room: string, settings: RoomSettingsAnswer, refresh: () => void): RoomForm {
  const fields = useSignal<RoomFields>(fieldsOf(settings));
  const texts = consoleTexts.value.form;
  const api = account.api.value;
  return {
    fields: fields.value,
    change(changes) {
      fields.value = { ...fields.value, ...changes };
    },
    async save() {
      const wanted = settingsOf(fields.value, settings);
      if (wanted === undefined) return;
      const deed = async (): Promise<void> => {
        fields.value = fieldsOf(await api.saveSettings(room, wanted));
      };
      if (await perform(deed, texts.saved)) refresh();
    },
    askToForget() {
      question.value = {
        title: texts.forgetTitle(room),
        hint: texts.forgetHint,
        action: texts.forget,
        isDangerous: true,
        asksReason: false,
        async run() {
          await api.forgetSettings(room);
          fields.value = fieldsOf(await api.settingsOf(room, new AbortController().signal));
          refresh();
        },
      };
    },
  };
}
