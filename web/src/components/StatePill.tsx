/** The state of the session in a word, announced to screen readers when it changes. */
interface StatePillProps {
  state: string;
  label: string;
}

export function StatePill({ state, label }: StatePillProps) {
  return (
    <p class="pill" role="status" data-testid="state" data-state={state}>
      <span class="pill-dot" aria-hidden="true" />
      {label}
    </p>
  );
}
