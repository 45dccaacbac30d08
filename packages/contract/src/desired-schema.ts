import { z } from 'zod';
import { parseBackends } from './backends.ts';
import {
  addressText,
  bgpPeerShape,
  cidrText,
  exposeInService,
  namespaceName,
  portMappingText,
  portName,
  probeText,
  rangeText,
  serviceName,
} from './field-schemas.ts';

const rangeList = z
  .string()
  .superRefine((text, context) => {
    for (const part of text.split(',')) {
      const parsed = rangeText.safeParse(part.trim());
      for (const issue of parsed.error?.issues ?? [])
        context.addIssue({ code: 'custom', message: issue.message, input: text });
    }
  })
  .describe('One range or several, separated by commas.');

const backendsText = z
  .string()
  .refine((text) => parseBackends(text) !== undefined, {
    error: (issue) => `${JSON.stringify(issue.input)} is neither modules:NAME,NAME nor selector:KEY=VALUE`,
  })
  .describe('modules:a,b (the pods of IoT Edge modules) or selector:app=web (pods by label).');

const service = z.strictObject({
  expose: exposeInService,
  address: addressText.optional().describe('Address that the Service must have; inside externalServiceIps.'),
  pool: z.string().optional().describe('Name of the pool to take the address from.'),
  shareAddress: z
    .string()
    .min(1)
    .optional()
    .describe('Sharing key: Services with one key and distinct ports share an address.'),
  externalTrafficPolicy: z.enum(['Cluster', 'Local']).optional(),
  ports: z
    .record(portName, portMappingText)
    .optional()
    .describe('Ports by name. Absent, with backends absent: adopt the Service of that name.'),
  backends: backendsText.optional(),
  probe: probeText.optional(),
});

/** Desired properties of the networking module, schemaVersion "1", as they stand in the module twin (without `$version`). */
export const desiredSchema = z.strictObject({
  schemaVersion: z.literal('1'),
  computeNetwork: z
    .strictObject({
      nodeIps: rangeText.optional().describe('Kubernetes node IPs.'),
      externalServiceIps: z
        .record(z.string().min(1), rangeList)
        .default({})
        .describe('Kubernetes external service IPs: ranges by pool name.'),
      podSubnet: cidrText.optional(),
      clusterIpSubnet: cidrText.optional(),
      announce: z.enum(['layer2', 'bgp']).default('layer2'),
      bgpPeers: z
        .record(z.string().min(1), z.strictObject(bgpPeerShape))
        .optional()
        .describe('BGP peers by any name, made where the module manages the pools and announces by BGP.'),
      managePools: z.boolean().default(false).describe('Whether the module makes and changes MetalLB pools itself.'),
    })
    .prefault({}),
  services: z.record(namespaceName, z.record(serviceName, service)).default({}),
  options: z
    .strictObject({
      pinAddresses: z.boolean().default(true).describe('Keep an address once assigned.'),
      probe: z.boolean().default(true).describe('Probe external addresses and names.'),
      page: z
        .boolean()
        .default(false)
        .describe('Serve the page "Compute network" on the device, to look at and not to change anything.'),
    })
    .prefault({}),
});

/** Desired properties as they may be written: what has a default may be absent. */
export type DesiredInput = z.input<typeof desiredSchema>;

/** Desired properties with every default filled in. */
export type Desired = z.output<typeof desiredSchema>;

/** One entry of the desired Services. */
export type DesiredService = z.output<typeof service>;
