/** The figures of the server over the last hour, as lines. */
import { useMemo } from 'preact/hooks';
import { formatBitrate, formatMilliseconds, formatShare } from '../../components/format.ts';
import { consoleTexts } from '../../i18n/console.ts';
import { Chart } from './Chart.tsx';
import { linesOf, ofWorker, workerIndexes, type Sample } from './overview-model.ts';

export function OverviewCharts({ samples }: { samples: Sample[] }) {
  const texts = consoleTexts.value.overview;
  return (
    <section class="charts" aria-label={texts.lastHour}>
      <ChartsOfAll samples={samples} />
      <ChartsOfWorkers samples={samples} />
    </section>
  );
}

function ChartsOfAll({ samples }: { samples: Sample[] }) {
  const texts = consoleTexts.value.overview;
  const [people, bitrate, loss] = useMemo(
    () =>
      [
        linesOf(samples, [({ viewers }) => viewers, ({ publishers }) => publishers, ({ rooms }) => rooms]),
        linesOf(samples, [({ received }) => received, ({ sent }) => sent]),
        linesOf(samples, [({ lostUp }) => lostUp, ({ lostDown }) => lostDown]),
      ] as const,
    [samples],
  );
  return (
    <>
      <Chart
        title={texts.people}
        names={[texts.viewers, texts.publishers, texts.rooms]}
        data={people}
        format={whole}
        least={4}
        testId="chart-people"
      />
      <Chart
        title={texts.bitrate}
        names={[texts.received, texts.sent]}
        data={bitrate}
        format={formatBitrate}
        least={100_000}
        testId="chart-bitrate"
      />
      <Chart
        title={texts.loss}
        names={[texts.lostUp, texts.lostDown]}
        data={loss}
        format={formatShare}
        least={0.01}
        testId="chart-loss"
      />
    </>
  );
}

/** A line for each media worker. */
function ChartsOfWorkers({ samples }: { samples: Sample[] }) {
  const texts = consoleTexts.value.overview;
  const [names, cpu, delay] = useMemo(() => {
    const indexes = workerIndexes(samples);
    const lines = (figure: 'cpu' | 'delay') =>
      linesOf(
        samples,
        indexes.map((index) => ofWorker(index, figure)),
      );
    return [indexes.map(texts.worker), lines('cpu'), lines('delay')] as const;
  }, [samples, texts]);
  return (
    <>
      <Chart title={texts.cpu} names={names} data={cpu} format={formatShare} least={0.1} testId="chart-cpu" />
      <Chart
        title={texts.delay}
        hint={texts.delayHint}
        names={names}
        data={delay}
        format={formatMilliseconds}
        least={20}
        testId="chart-delay"
      />
    </>
  );
}

/** Between two whole numbers of an axis there is nothing to count. */
function whole(value: number): string {
  return Number.isInteger(value) ? String(value) : '';
}
