/** A button for one row of a list: what it does, and to whom for those who hear it alone. */

interface RowButtonProps {
  text: string;
  /** With the name of the row in it. */
  label: string;
  testId: string;
  onClick: () => void;
}

export function RowButton({ text, label, testId, onClick }: RowButtonProps) {
  return (
    <button type="button" class="button small" aria-label={label} onClick={onClick} data-testid={testId}>
      {text}
    </button>
  );
}
