import { z } from 'zod';

const at = z.string().describe('When the module noticed, ISO 8601 in UTC.');
const service = z.string().describe('namespace/name of the Service.');
const ips = z.string().describe('External addresses, comma-separated.');
const previousIps = z.string().describe('External addresses that the Service had before, comma-separated.');

/** The body of one event on the output `networkEvents`, as JSON; `kind` says which fields there are. */
export const networkEventSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('AddressAssigned'), at, service, ips }),
  z.strictObject({ kind: z.literal('AddressChanged'), at, service, ips, previousIps }),
  z.strictObject({ kind: z.literal('AddressLost'), at, service, previousIps }),
  z.strictObject({
    kind: z.enum(['PoolLow', 'PoolExhausted']),
    at,
    pool: z.string().describe('Name of the pool.'),
    percent: z.int().describe('How much of the pool is taken, in percent; told at 75, 85, 95 and 100.'),
  }),
  z.strictObject({
    kind: z.literal('DesiredRejected'),
    at,
    version: z.int().describe('$version of the refused desired properties.'),
    problems: z.record(z.string(), z.string()).describe('Problems by encoded twin path.'),
  }),
  z.strictObject({
    kind: z.literal('DriftCorrected'),
    at,
    service: service.describe('Service that somebody had changed, and that was put back.'),
  }),
]);

/** The body of one event on the output `networkEvents`. */
export type NetworkEvent = z.output<typeof networkEventSchema>;

/** Kinds of event on the output `networkEvents`. */
export type NetworkEventKind = NetworkEvent['kind'];
