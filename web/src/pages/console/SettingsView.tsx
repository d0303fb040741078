/** The settings of the server as they are in force. */
import { useSignal } from '@preact/signals';
import { CheckField, TextField } from '../../components/fields.tsx';
import { consoleTexts } from '../../i18n/console.ts';
import type { SettingList } from '../../api/admin.ts';
import { account } from './account-model.ts';
import { useRemote } from './remote.ts';
import { RemoteState, Section, Table } from './Section.tsx';

type Setting = SettingList[number];

export function SettingsView() {
  const texts = consoleTexts.value.settings;
  const load = (signal: AbortSignal): Promise<SettingList> => account.api.value.settings(signal);
  const { value, failure } = useRemote(load, account.token.value, 0);
  const search = useSignal('');
  const changedOnly = useSignal(false);
  const wanted = search.value.trim().toLowerCase();
  const found = (value.value ?? []).filter(
    ({ name, help, isSet }) => (isSet || !changedOnly.value) && `${name} ${help}`.toLowerCase().includes(wanted),
  );
  const groups = [...new Set(found.map(({ group }) => group))];
  return (
    <div class="console-view">
      <h1>{texts.title}</h1>
      <p class="hint">{texts.hint}</p>
      <RemoteState failure={failure.value} isThere={value.value !== undefined} />
      <div class="console-row">
        <TextField
          label={texts.search}
          testId="settings-search"
          value={search.value}
          onInput={(text) => (search.value = text)}
        />
        <CheckField
          label={texts.changedOnly}
          testId="settings-changed"
          checked={changedOnly.value}
          onChange={(isOn) => (changedOnly.value = isOn)}
        />
      </div>
      {value.value !== undefined && groups.length === 0 && (
        <p class="hint" role="status" data-testid="no-settings">
          {texts.noneFound}
        </p>
      )}
      {groups.map((group) => (
        <Section key={group} title={texts.groups[group] ?? group}>
          <Table
            label={texts.groups[group] ?? group}
            columns={[texts.name, texts.value, texts.default, texts.help]}
            testId={`settings-${group}`}
          >
            {found
              .filter((setting) => setting.group === group)
              .map((setting) => (
                <Row key={setting.name} setting={setting} />
              ))}
          </Table>
        </Section>
      ))}
    </div>
  );
}

function Row({ setting: { name, value, isSet, default: preset, help, unit } }: { setting: Setting }) {
  const texts = consoleTexts.value.settings;
  const none = consoleTexts.value.none;
  const shown = value === undefined ? (isSet ? texts.set : texts.notSet) : value === '' ? none : value;
  return (
    <tr class="setting" data-testid="setting" data-name={name}>
      <th scope="row">
        <code>{name}</code>
      </th>
      <td data-label={texts.value} class={isSet ? 'setting-set' : undefined}>
        <span>
          {value === undefined ? shown : <code>{shown}</code>} <span class="hint">{value === '' ? '' : unit}</span>
        </span>
      </td>
      <td data-label={texts.default}>{preset === '' ? none : <code>{preset}</code>}</td>
      <td data-label={texts.help} lang="en">
        {help}
      </td>
    </tr>
  );
}
