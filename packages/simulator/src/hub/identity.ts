import type { TwinObject } from '@iotedge-networking/contract';
import type { TwinSection } from './twin-section.ts';

/** How an identity proves itself. Only symmetric keys are modelled; the others are stored and never let anybody in. */
export type AuthenticationType = 'sas' | 'selfSigned' | 'certificateAuthority' | 'none';

/** Credentials of an identity as the registry stores them. */
export interface Authentication {
  readonly type: AuthenticationType;
  readonly symmetricKey: { readonly primaryKey: string | null; readonly secondaryKey: string | null };
  readonly x509Thumbprint: {
    readonly primaryThumbprint: string | null;
    readonly secondaryThumbprint: string | null;
  };
}

/** The twin of an identity. */
export interface TwinState {
  /** Grows with every write of tags, desired or reported properties. */
  readonly version: number;
  /** Counter behind the twin's etag; grows with writes from the service side only. */
  readonly etag: number;
  readonly tags: TwinObject;
  readonly desired: TwinSection;
  readonly reported: TwinSection;
}

/** State of a configuration on a twin it targets, as queries see it under `configurations.[[id]].status`. */
export type ConfigurationStatus = 'Targeted' | 'Applied';

/** A device, or a module when `moduleId` is set, with its twin. Records are replaced, never changed. */
export interface Identity {
  readonly deviceId: string;
  readonly moduleId?: string | undefined;
  /** `IotEdge` for modules that a deployment made. */
  readonly managedBy?: string | undefined;
  readonly generationId: string;
  readonly etag: string;
  readonly status: 'enabled' | 'disabled';
  readonly statusReason: string | null;
  readonly statusUpdatedTime: string;
  readonly connected: boolean;
  readonly connectionStateUpdatedTime: string;
  readonly lastActivityTime: string;
  readonly authentication: Authentication;
  readonly capabilities: { readonly iotEdge: boolean };
  readonly deviceScope?: string | undefined;
  readonly parentScopes: readonly string[];
  readonly twin: TwinState;
  /** State of each configuration that targets this twin. */
  readonly configurations: Readonly<Record<string, ConfigurationStatus>>;
  /** Which configurations were last written into this twin (or this device's modules), so that nothing is written twice. */
  readonly deployment?: string | undefined;
}

/** What the service writes where a time never happened. */
export const NEVER = '0001-01-01T00:00:00Z';

/** The keys of an identity in the order in which they are tried. */
export function identityKeys({ authentication }: Identity): readonly string[] {
  if (authentication.type !== 'sas') return [];
  const { primaryKey, secondaryKey } = authentication.symmetricKey;
  return [primaryKey, secondaryKey].filter((key) => key !== null);
}
