import type { JSX } from 'preact';
import { POOL_MARKS, poolLevel } from '../map/pool-level.ts';

const WIDTH = 400;

/** How full a pool is, as a bar with the marks at which the module warns. The text beside it says the same. */
export function Gauge({
  used,
  total,
  label,
}: {
  readonly used: number;
  readonly total: number;
  readonly label: string;
}): JSX.Element {
  const share = total <= 0 ? 1 : Math.min(1, used / total);
  return (
    <svg
      class={`gauge ${poolLevel(used, total)}`}
      viewBox={`0 0 ${WIDTH} 22`}
      preserveAspectRatio="none"
      role="img"
      aria-label={label}
    >
      <rect class="track" x="0.5" y="3.5" width={WIDTH - 1} height="15" rx="4" />
      <rect class="bar" x="1" y="4" width={Math.max(0, share * (WIDTH - 2))} height="14" rx="3" />
      {POOL_MARKS.map((mark) => (
        <line key={mark} class="tick" x1={(mark * WIDTH) / 100} x2={(mark * WIDTH) / 100} y1="0" y2="22" />
      ))}
    </svg>
  );
}

/** The same for a row of a table. */
export function MiniGauge({ used, total }: { readonly used: number; readonly total: number }): JSX.Element {
  const share = total <= 0 ? 0 : Math.min(1, used / total);
  return (
    <svg class={`mini-gauge ${poolLevel(used, total)}`} viewBox="0 0 72 8" aria-hidden="true">
      <rect class="track" x="0.5" y="0.5" width="71" height="7" rx="2" />
      <rect class="bar" x="0.5" y="0.5" width={share * 71} height="7" rx="2" />
    </svg>
  );
}
