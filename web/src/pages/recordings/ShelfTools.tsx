/** Search, order and token. */
import { useId } from 'preact/hooks';
import { SelectField } from '../../components/fields.tsx';
import { Icon } from '../../components/Icon.tsx';
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
      <SearchField />
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

function SearchField() {
  const texts = messages.value.recordings;
  const id = useId();
  return (
    <div class="field">
      <label for={id}>{texts.search}</label>
      <div class="field-row">
        <input
          id={id}
          class="input"
          type="search"
          value={shelf.text.value}
          onInput={(event) => (shelf.text.value = event.currentTarget.value)}
          placeholder={texts.searchHint}
          autocomplete="off"
          autocapitalize="none"
          spellcheck={false}
          enterkeyhint="search"
          data-testid="search"
        />
        {shelf.isSearching.value && (
          <button
            type="button"
            class="button quiet icon-only in-field"
            aria-label={texts.clearSearch}
            onClick={() => {
              shelf.clearSearch();
              document.getElementById(id)?.focus();
            }}
            data-testid="clear-search"
          >
            <Icon name="close" />
          </button>
        )}
      </div>
    </div>
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
