import { z } from 'zod';
import { REASON_TOKENS, type Reason } from './reasons.ts';

const reason = z.union([z.enum(REASON_TOKENS as [Reason, ...Reason[]]), z.literal('')]);

/** What the module reports of one Service. Details may be absent in a truncated document. */
const reportedService = z.strictObject({
  type: z.enum(['LoadBalancer', 'ClusterIP', 'NodePort', 'ExternalName']).optional(),
  ips: z.string().optional().describe('External addresses, comma-separated; empty when none.'),
  clusterIp: z.string().optional(),
  ports: z.string().optional().describe('Ports as kubectl prints them: 8080/TCP,9090/UDP.'),
  ready: z.string().optional().describe('Ready endpoints of all, such as 2/2.'),
  node: z
    .string()
    .optional()
    .describe('Node that announces the external address; by BGP all that do, comma-separated.'),
  announce: z.literal('bgp').optional().describe('How the address is announced, where it is not by layer 2.'),
  pool: z.string().optional(),
  dns: z.string().optional(),
  state: z.enum(['Ready', 'Pending', 'Failing']),
  reason: reason,
  message: z.string().optional().describe('One sentence about the reason.'),
  since: z.string().optional().describe('When the state began, ISO 8601 in UTC.'),
  owner: z.enum(['module', 'edgeAgent', 'other']).optional(),
});

/** Reported properties of the networking module, schemaVersion "1", as they stand in the module twin (without `$version`). */
export const reportedSchema = z.strictObject({
  schemaVersion: z.literal('1'),
  module: z.strictObject({ version: z.string(), startedAt: z.string() }),
  desired: z.strictObject({
    version: z.int().describe('The $version of the desired properties this is about.'),
    state: z.enum(['waiting', 'applying', 'applied', 'rejected', 'failed']),
    problems: z.record(z.string(), z.string()).describe('Problems by encoded twin path.'),
    inForce: z.int().optional().describe('The $version of the document in force, when another one was rejected.'),
  }),
  loadBalancer: z.strictObject({
    kind: z.enum(['metallb', 'none']),
    dialect: z.enum(['configmap', 'crd']).optional(),
    version: z.string().optional(),
  }),
  pools: z.record(z.string(), z.strictObject({ ranges: z.string(), total: z.number(), used: z.number() })),
  nodes: z.record(
    z.string(),
    z.strictObject({ ip: z.string(), role: z.string(), ready: z.boolean(), inRange: z.boolean().optional() }),
  ),
  podNetwork: z
    .record(
      z.string(),
      z.strictObject({ cidr: z.string(), total: z.number(), used: z.int().optional(), blocks: z.int().optional() }),
    )
    .optional()
    .describe('Calico IP pools by name: addresses of all, held by pods, and blocks given to nodes.'),
  services: z.record(z.string(), z.record(z.string(), reportedService)),
  addresses: z
    .record(z.string(), z.string())
    .describe('namespace/name by encoded address; several names separated by commas.'),
  conditions: z
    .record(z.string(), z.string())
    .optional()
    .describe('Device-wide reasons and their sentences, such as Forbidden.'),
  summary: z.strictObject({
    services: z.int(),
    ready: z.int(),
    external: z.int(),
    poolFree: z.int(),
    truncated: z.string().optional().describe('What was left out to stay within 32 KB; getServices has the full list.'),
  }),
});

/** Reported properties of the networking module. */
export type Reported = z.output<typeof reportedSchema>;

/** What is reported of one Service. */
export type ReportedService = z.output<typeof reportedService>;
