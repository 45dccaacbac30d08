/** The transport protocols a Service port can have. */
export type Protocol = 'TCP' | 'UDP' | 'SCTP';

/** One port of a Service: clients use `port`, pods listen on `targetPort`. */
export interface PortMapping {
  readonly port: number;
  readonly targetPort: number;
  readonly protocol: Protocol;
}

const SHAPE = /^(\d{1,5})(?::(\d{1,5}))?(?:\/(TCP|UDP|SCTP))?$/i;

const inRange = (port: number): boolean => port >= 1 && port <= 65535;

/** Reads `8080`, `8080:80`, `8080:80/TCP`; undefined when it is none of these or a port is not 1–65535. */
export function parsePortMapping(text: string): PortMapping | undefined {
  const match = SHAPE.exec(text);
  if (match === null) return undefined;
  const port = Number(match[1]);
  const targetPort = Number(match[2] ?? match[1]);
  if (!inRange(port) || !inRange(targetPort)) return undefined;
  return { port, targetPort, protocol: (match[3] ?? 'TCP').toUpperCase() as Protocol };
}

/** Writes a port mapping in its full form, `8080:80/TCP`. */
export function formatPortMapping(mapping: PortMapping): string {
  return `${mapping.port}:${mapping.targetPort}/${mapping.protocol}`;
}
