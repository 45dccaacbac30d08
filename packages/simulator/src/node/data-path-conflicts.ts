import {
  formatAddress,
  parseAddress,
  parseRange,
  rangeContains,
  rangeIntersection,
} from '@iotedge-networking/addressing';
import type { Address, AddressRange } from '@iotedge-networking/addressing';
import { dataPathAddress } from './data-path-address.ts';

/** A range of addresses that somebody declared: `name` is how the author knows it, `range` is `first-last`, a network or one address. */
export interface DeclaredRange {
  readonly name: string;
  readonly range: string;
}

interface MappedRange extends DeclaredRange {
  readonly firstOctet: string;
  readonly mapped: AddressRange;
}

const ownAddress = '127.0.0.1';

/**
 * What keeps the declared ranges from being carried on loopback side by side, one sentence each; empty when all is well. Two different
 * addresses must not fall on one (10.1.2.3 and 172.1.2.3 would), and 127.0.0.1 stays the machine's own.
 */
export function dataPathConflicts(ranges: readonly DeclaredRange[]): string[] {
  const problems: string[] = [];
  const mapped: MappedRange[] = [];
  for (const declared of ranges) {
    const result = mapRange(declared);
    if (typeof result === 'string') problems.push(result);
    else if (result !== undefined) mapped.push(result);
  }
  for (const [index, one] of mapped.entries()) {
    for (const other of mapped.slice(index + 1)) {
      const problem = collision(one, other);
      if (problem !== undefined) problems.push(problem);
    }
  }
  return problems;
}

function mapRange(declared: DeclaredRange): MappedRange | string | undefined {
  const parsed = parseRange(declared.range);
  const what = `${declared.name} (${declared.range})`;
  if (!parsed.ok) return `${what}: ${parsed.problem}`;
  const { range } = parsed;
  if (range.family === 6) return undefined;
  const first = formatAddress({ family: 4, value: range.first });
  const last = formatAddress({ family: 4, value: range.last });
  const firstOctet = first.slice(0, first.indexOf('.'));
  if (!last.startsWith(`${firstOctet}.`)) {
    return `${what} is wider than a /8: the simulator tells addresses apart by their last three numbers only`;
  }
  const mapped: AddressRange = { family: 4, first: onLoopback(first).value, last: onLoopback(last).value };
  if (firstOctet !== '127' && rangeContains(mapped, onLoopback(ownAddress))) {
    return `${what} would be carried over ${ownAddress}, this machine's own address: use a range whose last three numbers are not 0.0.1`;
  }
  return { ...declared, firstOctet, mapped };
}

function collision(one: MappedRange, other: MappedRange): string | undefined {
  if (one.firstOctet === other.firstOctet) return undefined;
  const shared = rangeIntersection(one.mapped, other.mapped);
  if (shared === undefined) return undefined;
  const example = formatAddress({ family: 4, value: shared.first });
  return (
    `${one.name} (${one.range}) and ${other.name} (${other.range}) would both be carried at ${example} on this machine: ` +
    'choose ranges that differ in their last three numbers'
  );
}

function onLoopback(ip: string): Address {
  return parseAddress(dataPathAddress(ip)) ?? { family: 4, value: 0n };
}
