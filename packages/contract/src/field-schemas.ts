import { parseAddress, parseCidr, parseRange } from '@iotedge-networking/addressing';
import { z } from 'zod';
import { parsePortMapping } from './port-mapping.ts';
import { parseProbe } from './probe-setting.ts';

const DNS_LABEL = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;

/** A name that Kubernetes takes for a Service: RFC 1035 label (it starts with a letter), at most 63 characters. */
export const serviceName = z
  .string()
  .regex(/^[a-z]([-a-z0-9]{0,61}[a-z0-9])?$/, {
    error:
      'must be lower-case letters, digits and "-", start with a letter, end with a letter or digit, at most 63 characters',
  })
  .describe('Name of a Service: lower-case letters, digits and "-", at most 63 characters, starting with a letter.');

/** A namespace name: RFC 1123 label. */
export const namespaceName = z
  .string()
  .regex(DNS_LABEL, { error: 'must be a namespace name: lower-case letters, digits and "-", at most 63 characters' })
  .describe('Name of a Kubernetes namespace.');

/** A port name as Kubernetes takes it in a Service. */
export const portName = z
  .string()
  .regex(DNS_LABEL, { error: 'must be a port name: lower-case letters, digits and "-"' })
  .describe('Name of a port.');

/** An IPv4 or IPv6 address in text. */
export const addressText = z
  .string()
  .refine((text) => parseAddress(text) !== undefined, {
    error: (issue) => `${JSON.stringify(issue.input)} is not an IP address`,
  })
  .describe('An IP address, such as 10.126.75.210.');

/** A range `first-last`, a CIDR or one address. */
export const rangeText = z
  .string()
  .superRefine((text, context) => {
    const parsed = parseRange(text);
    if (!parsed.ok) context.addIssue({ code: 'custom', message: parsed.problem, input: text });
  })
  .describe('A range such as 10.126.75.206-10.126.75.215, a CIDR or one address.');

/** A CIDR without host bits questions: they are masked and noted by the address rules. */
export const cidrText = z
  .string()
  .refine((text) => parseCidr(text) !== undefined, {
    error: (issue) => `${JSON.stringify(issue.input)} is not a CIDR such as 172.27.0.0/16`,
  })
  .describe('A CIDR, such as 172.27.0.0/16.');

/** A port number. */
export const portNumber = z
  .int({ error: 'must be a port number, 1 to 65535' })
  .min(1)
  .max(65535)
  .describe('A port, 1 to 65535.');

/** A port mapping in text, `8080:80/TCP`. */
export const portMappingText = z
  .string()
  .refine((text) => parsePortMapping(text) !== undefined, {
    error: (issue) => `${JSON.stringify(issue.input)} is not a port such as 8080, 8080:80 or 8080:80/TCP`,
  })
  .describe('port:targetPort/protocol, such as 8080:80/TCP.');

/** How a Service is probed, in text. */
export const probeText = z
  .string()
  .refine((text) => parseProbe(text) !== undefined, {
    error: (issue) => `${JSON.stringify(issue.input)} is neither none, tcp, http:/path nor http:PORT:/path`,
  })
  .describe(
    'How the networking module probes the external address: tcp (each TCP port; the default), http:/healthz (at the lowest port), http:8080:/healthz, none.',
  );

/** The fields of a BGP peer of the device. */
export const bgpPeerShape = {
  peerAddress: addressText,
  peerAsn: z.int().min(1).max(4294967294),
  selfAsn: z.int().min(1).max(4294967294),
  holdTimeSeconds: z.int().min(0).optional(),
};

/** How far an application is exposed. */
export const exposeInService = z
  .enum(['external', 'internal'])
  .describe('external makes a LoadBalancer Service, internal a ClusterIP Service.');
