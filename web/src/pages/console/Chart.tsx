/** A chart over time: lines by uPlot, names and figures beside them for everybody. */
import { useSignal } from '@preact/signals';
import type { RefObject } from 'preact';
import { useEffect, useId, useRef } from 'preact/hooks';
import uPlot from 'uplot';
import { consoleTexts, localeTag } from '../../i18n/console.ts';
import { clockFormat, STEPS, upperBound } from './chart-scale.ts';
import type { Line } from './overview-model.ts';

interface ChartProps {
  title: string;
  hint?: string;
  names: readonly string[];
  /** Times in seconds since the epoch, and a line for each name. */
  data: [Line, ...Line[]];
  format: (value: number) => string;
  /** The upper end of the axis is not below this. */
  least: number;
  testId: string;
}

/** Pixels. */
const HEIGHT = 150;

export function Chart(props: ChartProps) {
  const { title, hint, names, data, format, testId } = props;
  const { place, pointed } = usePlot(props);
  const id = useId();
  const [times, ...lines] = data;
  const index = pointed ?? times.length - 1;
  const time = times[index];
  return (
    <figure class="card chart" aria-labelledby={id} data-testid={testId}>
      <figcaption id={id}>
        <strong>{title}</strong>
        {hint !== undefined && <span class="hint"> {hint}</span>}
      </figcaption>
      <ul class="chart-names">
        {names.map((name, position) => {
          const value = lines[position]?.[index];
          return (
            <li key={name}>
              <span class={`chart-mark mark-${position % 6}`} aria-hidden="true" />
              {name} <strong>{value === null || value === undefined ? consoleTexts.value.none : format(value)}</strong>
            </li>
          );
        })}
        <li class="hint chart-time">
          {pointed !== undefined && typeof time === 'number'
            ? new Date(time * 1000).toLocaleTimeString(localeTag.value)
            : consoleTexts.value.overview.now}
        </li>
      </ul>
      <div ref={place} class="chart-place" aria-hidden="true" />
    </figure>
  );
}

interface Plot {
  /** Of the element that it is drawn into. */
  place: RefObject<HTMLDivElement | null>;
  /** The position in the data that is pointed at; undefined where none is. */
  pointed: number | undefined;
}

/** Draws lines anew where they are others, or the page looks otherwise; new figures go into the same drawing. */
function usePlot({ names, data, format, least }: ChartProps): Plot {
  const place = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | undefined>(undefined);
  const isDark = useDarkness();
  const pointed = useSignal<number | undefined>(undefined);
  const key = `${names.length}-${isDark}-${localeTag.value}`;

  useEffect(() => {
    const element = place.current;
    if (element === null) return;
    const onPoint = (index: number | null | undefined): void => {
      pointed.value = index ?? undefined;
    };
    const drawn = new uPlot(
      optionsOf(element, { count: names.length, format, least, onPoint }),
      data as uPlot.AlignedData,
      element,
    );
    plot.current = drawn;
    const observer = new ResizeObserver(() => drawn.setSize({ width: element.clientWidth, height: HEIGHT }));
    observer.observe(element);
    return () => {
      observer.disconnect();
      drawn.destroy();
    };
  }, [key]);
  useEffect(() => plot.current?.setData(data as uPlot.AlignedData), [data]);
  return { place, pointed: pointed.value };
}

interface PlotOptions extends Pick<ChartProps, 'format' | 'least'> {
  /** Lines. */
  count: number;
  onPoint: (index: number | null | undefined) => void;
}

function optionsOf(element: HTMLElement, { count, format, least, onPoint }: PlotOptions): uPlot.Options {
  const style = getComputedStyle(element);
  const color = (name: string): string => style.getPropertyValue(name).trim();
  const axis = {
    stroke: color('--text-soft'),
    grid: { stroke: color('--line'), width: 1 },
    ticks: { show: false },
    font: `11px ${style.fontFamily}`,
  };
  return {
    width: element.clientWidth,
    height: HEIGHT,
    legend: { show: false },
    cursor: { drag: { x: false, y: false }, points: { size: 6 } },
    scales: { x: { time: true }, y: { range: (_plot, _low, high) => [0, upperBound(high, least)] } },
    axes: [
      {
        ...axis,
        size: 30,
        space: 76,
        values: (_plot, times, _axis, _space, step) => times.map(clockFormat(localeTag.value, step)),
      },
      { ...axis, size: 68, space: 34, incrs: STEPS, values: (_plot, values) => values.map(format) },
    ],
    series: [
      {},
      ...Array.from({ length: count }, (_one, position) => ({
        stroke: color(`--chart-${position % 6}`),
        width: 1.75,
        points: { show: false },
      })),
    ],
    hooks: { setCursor: [({ cursor }) => onPoint(cursor.idx)] },
  };
}

/** Whether the page is dark at present. */
function useDarkness(): boolean {
  const isDark = useSignal(false);
  useEffect(() => {
    const query = window.matchMedia('(prefers-color-scheme: dark)');
    const read = (): void => {
      isDark.value = query.matches;
    };
    read();
    query.addEventListener('change', read);
    return () => query.removeEventListener('change', read);
  }, []);
  return isDark.value;
}
