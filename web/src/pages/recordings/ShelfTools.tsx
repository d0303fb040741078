/** Search, order and token. */
import { useId } from 'preact/hooks';
import { SelectField } from '../../components/fields.tsx';
import { Icon } from '../../components/Icon.tsx';
import { SearchField } from '../../components/SearchField.tsx';
import { TokenField } from '../../components/TokenField.tsx';
import { messages } from '../../i18n/language.ts';
import { shelf } from './recordings-model.ts';
import { SHELF_ORDERS, type ShelfOrder } from './shelf.ts';

export function ShelfTools() {
  const texts = messages.value.recordings;
  return (
    <form
      class="card shelf-tools"
      role="search"
      onSubmit={(event) => {
        event.preventDefault();
        shelf.submit();
      }}
    >
      <SearchField
        texts={texts}
        value={shelf.text.value}
        onInput={(value) => (shelf.text.value = value)}
        isSearching={shelf.isSearching.value}
        onClear={() => shelf.clearSearch()}
      />
      <DayField />
      <SelectField
        label={texts.order}
        testId="order"
        value={shelf.order.value}
        choices={SHELF_ORDERS.map((order) => ({ value: order, label: texts.orders[order] }))}
        onChange={(order) => (shelf.order.value = order as ShelfOrder)}
      />
      <TokenField token={shelf.token} disabled={false} />
      <button type="submit" class="button" data-testid="reload">
        <Icon name="reload" />
        {texts.reload}
      </button>
    </form>
  );
}

function DayField() {
  const id = useId();
  return (
    <div class="field">
      <label for={id}>{messages.value.recordings.day}</label>
      <input
        id={id}
        class="input"
        type="date"
        value={shelf.day.value}
        onInput={(event) => (shelf.day.value = event.currentTarget.value)}
        data-testid="day"
      />
    </div>
  );
}
