/** Asks before something is done. */
import { useSignal } from '@preact/signals';
import { TextField } from '../../components/fields.tsx';
import { consoleTexts } from '../../i18n/console.ts';
import { attempt, question, type Question } from './deeds.ts';
import { FormDialog } from './FormDialog.tsx';

export function QuestionDialog() {
  const open = question.value;
  return open === undefined ? null : <OpenQuestion key={open.title} question={open} />;
}

function OpenQuestion({ question: asked }: { question: Question }) {
  const texts = consoleTexts.value;
  const reason = useSignal('');
  const { title, hint, action, isDangerous, asksReason, run } = asked;
  return (
    <FormDialog
      title={title}
      action={action}
      isDangerous={isDangerous}
      isComplete
      onSubmit={() => attempt(() => run(reason.value.trim()), texts.done)}
      onClose={() => (question.value = undefined)}
    >
      <p class="hint">{hint}</p>
      {asksReason && (
        <TextField
          label={texts.reason}
          testId="reason"
          value={reason.value}
          onInput={(text) => (reason.value = text)}
          placeholder={texts.reasonHint}
          maxLength={500}
        />
      )}
    </FormDialog>
  );
}
