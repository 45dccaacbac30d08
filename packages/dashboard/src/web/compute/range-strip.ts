import {
  addressAt,
  addressSet,
  formatAddress,
  parseRange,
  rangeIntersection,
  type AddressRange,
} from '@iotedge-networking/addressing';
import type { DeviceComputeNetwork } from '@iotedge-networking/contract';

/** A stretch of the picture of the ranges, in parts of its width from 0 to 1. */
export interface Stretch {
  readonly kind: 'nodes' | 'pool' | 'clash';
  readonly name: string;
  readonly start: number;
  readonly length: number;
}

/** The ranges of a Compute network side by side, with the part of the network around them that is shown. */
export interface RangeStrip {
  readonly first: string;
  readonly last: string;
  readonly stretches: readonly Stretch[];
}

interface Named {
  readonly kind: 'nodes' | 'pool';
  readonly name: string;
  readonly range: AddressRange;
}

/** Places the IPv4 ranges beside each other and marks where two have addresses in common; undefined when there is nothing to draw. */
export function rangeStrip(compute: DeviceComputeNetwork): RangeStrip | undefined {
  const named = [
    ...read('nodes', '', compute.nodeIps),
    ...Object.entries(compute.externalServiceIps).flatMap(([name, ranges]) =>
      ranges.flatMap((text) => read('pool', name, text)),
    ),
  ];
  const hull = addressSet(named.map(({ range }) => range)).ranges;
  const [low, high] = [hull[0]?.first, hull.at(-1)?.last];
  if (low === undefined || high === undefined) return undefined;
  const margin = (high - low) / 12n + 1n;
  const first = low > margin ? low - margin : 0n;
  const last = high + margin > 0xffffffffn ? 0xffffffffn : high + margin;
  const width = Number(last - first + 1n);
  const place = (range: AddressRange): Pick<Stretch, 'start' | 'length'> => ({
    start: Number(range.first - first) / width,
    length: Number(range.last - range.first + 1n) / width,
  });
  const clashes = named.flatMap((one, index) =>
    named.slice(index + 1).flatMap((other) => {
      const common = rangeIntersection(one.range, other.range);
      return common === undefined ? [] : [{ kind: 'clash' as const, name: '', ...place(common) }];
    }),
  );
  return {
    first: formatAddress(addressAt(4, first)),
    last: formatAddress(addressAt(4, last)),
    stretches: [...named.map(({ kind, name, range }) => ({ kind, name, ...place(range) })), ...clashes],
  };
}

function read(kind: Named['kind'], name: string, text: string | undefined): readonly Named[] {
  const parsed = parseRange(text ?? '');
  return parsed.ok && parsed.range.family === 4 ? [{ kind, name, range: parsed.range }] : [];
}
