import type { JSX } from 'preact';

const SHAPES = {
  ok: 'M3.5 8.5l3 3 6-7',
  broken: 'M4 4l8 8M12 4l-8 8',
  unknown: 'M5.5 6a2.5 2.5 0 1 1 3.6 2.2c-.8.4-1.1.9-1.1 1.8M8 12.6v.1',
  warning: 'M8 2.2L14.4 13.5H1.6zM8 6.5v3M8 11.6v.1',
  waiting: 'M8 1.8a6.2 6.2 0 1 0 6.2 6.2M8 4.6V8l2.2 1.6',
  lock: 'M4 7.2h8v6H4zM5.6 7V5a2.4 2.4 0 0 1 4.8 0v2',
  live: 'M8.8 1.8L3.5 9h4l-.6 5.2L12.5 7h-4z',
  rebuild: 'M13 5.2A5.5 5.5 0 1 0 13.5 9M13.4 2.2v3.2h-3.2',
  copy: 'M5.5 5.5h7.8v7.8H5.5zM3.2 10.4H2.7V2.7h7.7v.5',
  download: 'M8 2.2v7.6M4.8 7L8 10.2 11.2 7M2.6 13.4h10.8',
  up: 'M3.5 10L8 5.5l4.5 4.5',
  down: 'M3.5 6L8 10.5 12.5 6',
  plus: 'M8 3v10M3 8h10',
  undo: 'M5.8 3.2L2.6 6.4l3.2 3.2M2.8 6.4H10a3.6 3.6 0 0 1 0 7.2H7',
  client: 'M2.2 3h11.6v7.6H2.2zM5.6 13.4h4.8M8 10.8v2.4',
  address:
    'M8 14.2s5-4.5 5-8A5 5 0 0 0 3 6.200c0 3.500 5 8 5 8zM8 7.900a1.700 1.700 0 1 0 0-3.400 1.700 1.700 0 0 0 0 3.400z',
  announcer:
    'M8 8.200v5.600M4.600 11.200a4.800 4.800 0 0 1 0-6.400M11.400 11.200a4.800 4.800 0 0 0 0-6.400M8 8.300a.6.6 0 1 0 0-.6',
  service:
    'M2.500 8h3M10.500 3.500h3M10.500 8h3M10.500 12.500h3M5.500 8c3 0 2-4.500 5-4.500M5.500 8h5M5.500 8c3 0 2 4.500 5 4.500',
  endpoints: 'M3 4.500h10M3 8h10M3 11.500h10',
  pods: 'M8 1.800l5.400 3.100v6.200L8 14.200l-5.400-3.100V4.900zM2.800 5L8 8l5.200-3M8 8v6',
  dns: 'M8 1.800a6.200 6.200 0 1 0 0 12.400A6.200 6.200 0 0 0 8 1.800zM1.900 8h12.200M8 1.800c2.300 1.900 2.300 10.500 0 12.400M8 1.800c-2.300 1.900-2.300 10.500 0 12.400',
  clusterIp:
    'M8 2.200a2 2 0 1 0 0 4 2 2 0 0 0 0-4zM3.800 10a2 2 0 1 0 0 4 2 2 0 0 0 0-4zM12.200 10a2 2 0 1 0 0 4 2 2 0 0 0 0-4zM7 6l-2.300 4M9 6l2.300 4',
} as const;

/** Name of a drawing. */
export type IconName = keyof typeof SHAPES;

/** A small drawing beside a text that says the same; screen readers pass over it. */
export function Icon({ name }: { readonly name: IconName }): JSX.Element {
  return (
    <svg class="icon" viewBox="0 0 16 16" aria-hidden="true">
      <path d={SHAPES[name]} />
    </svg>
  );
}
