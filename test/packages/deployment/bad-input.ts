/** One way to use a command wrongly. */
export interface BadInput {
  readonly why: string;
  readonly flags: readonly string[];
  /** 1: problems were found; 2: used wrongly. */
  readonly code: 1 | 2;
  /** What the message says, at least: what is wrong and what to do. */
  readonly says: RegExp;
  /** network.yaml, where it is another one than {@link GOOD}. */
  readonly file?: string;
  readonly files?: Readonly<Record<string, string>>;
  readonly environment?: Readonly<Record<string, string>>;
  /** False where no hub can be reached. */
  readonly hub?: boolean;
}

/** A network file that is in order. */
export const GOOD = `apiVersion: iotedge-networking/v1
name: shop
computeNetwork: { nodeIps: 10.1.0.10-10.1.0.11, externalServiceIps: 10.1.0.20-10.1.0.30 }
apps:
  web: { image: "web:1", expose: external, ports: { http: 8080 } }
devices: [{ id: store-001 }, { id: store-002 }]
`;

/** {@link GOOD} with one text replaced by another. */
export const changed = (from: string, to: string): string => GOOD.replace(from, to);
