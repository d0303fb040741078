/** A part of a view with its heading, and what became of the call that fills it. */
import type { ComponentChildren } from 'preact';
import { useId } from 'preact/hooks';
import type { Failure } from '../../api/problem.ts';
import { failureText } from '../../components/failure-text.ts';
import { Notice } from '../../components/Notice.tsx';
import { consoleTexts } from '../../i18n/console.ts';
import { messages } from '../../i18n/language.ts';

interface SectionProps {
  title: string;
  testId?: string;
  /** Beside the heading. */
  tools?: ComponentChildren;
  children: ComponentChildren;
}

export function Section({ title, testId, tools, children }: SectionProps) {
  const id = useId();
  return (
    <section class="card console-section" aria-labelledby={id} data-testid={testId}>
      <div class="console-head">
        <h2 id={id}>{title}</h2>
        {tools}
      </div>
      {children}
    </section>
  );
}

/** Why there is nothing, or nothing new. */
export function RemoteState({ failure, isThere }: { failure: Failure | undefined; isThere: boolean }) {
  const texts = consoleTexts.value;
  if (failure === undefined) return isThere ? null : <p class="hint">{texts.loading}</p>;
  const isPassing = isThere && failure.kind === 'unreachable';
  return (
    <Notice kind={isPassing ? 'passing' : 'problem'} testId="remote-failure">
      {isPassing ? texts.stale : failureText(messages.value, failure)}
    </Notice>
  );
}

interface TableProps {
  label: string;
  columns: readonly string[];
  testId: string;
  children: ComponentChildren;
}

/** A table that scrolls sideways by itself where it must; on a phone its rows become cards. */
export function Table({ label, columns, testId, children }: TableProps) {
  return (
    <div class="console-table" role="region" aria-label={label} tabIndex={0}>
      <table data-testid={testId}>
        <thead>
          <tr>
            {columns.map((column) => (
              <th key={column} scope="col">
                {column}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>{children}</tbody>
      </table>
    </div>
  );
}
