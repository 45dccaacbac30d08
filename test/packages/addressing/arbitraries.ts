import fc from 'fast-check';
import type { Address, AddressRange, Family } from '@iotedge-networking/addressing';

const highest: Record<Family, bigint> = { 4: (1n << 32n) - 1n, 6: (1n << 128n) - 1n };

const family = fc.constantFrom<Family>(4, 6);

const addressOf = (of: Family): fc.Arbitrary<Address> =>
  fc.bigInt({ min: 0n, max: highest[of] }).map((value) => ({ family: of, value }));

export const anyAddress = family.chain(addressOf);

export const anyRange: fc.Arbitrary<AddressRange> = family.chain((of) =>
  fc.tuple(addressOf(of), addressOf(of)).map(([a, b]) => ({
    family: of,
    first: a.value < b.value ? a.value : b.value,
    last: a.value < b.value ? b.value : a.value,
  })),
);

/** Ranges inside the first 64 addresses of a family, so that sets of them meet often. */
export const smallRange: fc.Arbitrary<AddressRange> = fc
  .record({ family, first: fc.bigInt({ min: 0n, max: 63n }), size: fc.bigInt({ min: 0n, max: 9n }) })
  .map(({ family: of, first, size }) => ({ family: of, first, last: first + size }));
