/** A field that searches while it is typed in, with a button that clears it. */
import { useId } from 'preact/hooks';
import { Icon } from './Icon.tsx';

interface SearchFieldProps {
  texts: { search: string; searchHint: string; clearSearch: string };
  value: string;
  onInput: (value: string) => void;
  /** Whether there is something to clear. */
  isSearching: boolean;
  onClear: () => void;
  /** The label is for readers of screens alone. */
  isLabelHidden?: boolean;
}

/** Gives the focus to the page's search field: the button that cleared the search goes with its result. */
export function focusSearch(): void {
  document.querySelector<HTMLElement>('input[type=search]')?.focus();
}

export function SearchField({ texts, value, onInput, isSearching, onClear, isLabelHidden = false }: SearchFieldProps) {
  const id = useId();
  return (
    <div class="field">
      <label class={isLabelHidden ? 'visually-hidden' : undefined} for={id}>
        {texts.search}
      </label>
      <div class="field-row">
        <input
          id={id}
          class="input"
          type="search"
          value={value}
          onInput={(event) => onInput(event.currentTarget.value)}
          placeholder={texts.searchHint}
          autocomplete="off"
          autocapitalize="none"
          spellcheck={false}
          enterkeyhint="search"
          data-testid="search"
        />
        {isSearching && (
          <button
            type="button"
            class="button quiet icon-only in-field"
            aria-label={texts.clearSearch}
            onClick={() => {
              onClear();
              focusSearch();
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
