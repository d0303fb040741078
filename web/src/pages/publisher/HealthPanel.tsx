/** How the broadcast goes, in figures. */
import { FiguresPanel, type FigureRow } from '../../components/FiguresPanel.tsx';
import { messages } from '../../i18n/language.ts';
import { publisher } from './publisher-model.ts';

export function HealthPanel() {
  const texts = messages.value.studio;
  const figures = publisher.figures.value;
  const frames = publisher.framesSent.value;
  const more: FigureRow[] = [
    ['frames-sent', texts.framesSent, frames === undefined ? undefined : String(frames)],
    ['limit', texts.limit, limitText(texts.limits, figures?.limitedBy)],
  ];
  return <FiguresPanel figures={figures} side="send" more={more} />;
}

function limitText(texts: Record<string, string>, limit: string | undefined): string | undefined {
  return limit === undefined ? undefined : (texts[limit] ?? limit);
}
