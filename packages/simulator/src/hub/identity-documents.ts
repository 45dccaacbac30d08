import { isTwinObject, type TwinObject } from '@iotedge-networking/contract';
import type { Identity } from './identity.ts';
import type { TwinSection } from './twin-section.ts';

/** An identity as the registry answers it. */
export function identityDocument(identity: Identity): TwinObject {
  const common = {
    deviceId: identity.deviceId,
    generationId: identity.generationId,
    etag: identity.etag,
    connectionState: connectionState(identity),
    connectionStateUpdatedTime: identity.connectionStateUpdatedTime,
    lastActivityTime: identity.lastActivityTime,
    cloudToDeviceMessageCount: 0,
    authentication: identity.authentication,
  };
  if (identity.moduleId !== undefined)
    return { moduleId: identity.moduleId, managedBy: identity.managedBy ?? null, ...common };
  return {
    ...common,
    status: identity.status,
    statusReason: identity.statusReason,
    statusUpdatedTime: identity.statusUpdatedTime,
    capabilities: identity.capabilities,
    ...scopes(identity),
  };
}

/** A twin as the service side reads it, by REST or by query. Modules show tags only when they have some. */
export function twinDocument(identity: Identity): TwinObject {
  const { twin, moduleId } = identity;
  const hasTags = moduleId === undefined || Object.keys(twin.tags).length > 0;
  return {
    deviceId: identity.deviceId,
    ...(moduleId === undefined ? {} : { moduleId, managedBy: identity.managedBy ?? null }),
    etag: twinEtag(identity),
    deviceEtag: identity.etag,
    status: identity.status,
    ...(identity.statusReason === null ? {} : { statusReason: identity.statusReason }),
    statusUpdateTime: identity.statusUpdatedTime,
    connectionState: connectionState(identity),
    lastActivityTime: identity.lastActivityTime,
    cloudToDeviceMessageCount: 0,
    authenticationType: identity.authentication.type,
    x509Thumbprint: identity.authentication.x509Thumbprint,
    modelId: '',
    version: twin.version,
    ...(hasTags ? { tags: twin.tags } : {}),
    properties: { desired: sectionDocument(twin.desired), reported: reportedDocument(twin.reported) },
    ...(moduleId === undefined ? { capabilities: identity.capabilities } : {}),
    ...scopes(identity),
  };
}

/** A twin as a device or module reads it: both sections with `$version`, without metadata. */
export function deviceTwinDocument({ twin }: Identity): TwinObject {
  return {
    desired: { ...twin.desired.values, $version: twin.desired.version },
    reported: { ...twin.reported.values, $version: twin.reported.version },
  };
}

/** The etag of the twin: base64 of a big-endian counter, such as AAAAAAAAAAE=. */
export function twinEtag({ twin }: Identity): string {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(BigInt(twin.etag));
  return bytes.toString('base64');
}

function sectionDocument({ values, metadata, version }: TwinSection): TwinObject {
  return { ...values, $metadata: metadata, $version: version };
}

// The service dates reported properties without saying in which version they were written. Worked out for whoever reads it: most queries read values.
function reportedDocument({ values, metadata, version }: TwinSection): TwinObject {
  return {
    ...values,
    get $metadata() {
      return withoutVersions(metadata);
    },
    $version: version,
  };
}

// Sections are replaced, never changed, and a large fleet is read again and again.
const strippedMetadata = new WeakMap<TwinObject, TwinObject>();

function withoutVersions(metadata: TwinObject): TwinObject {
  const known = strippedMetadata.get(metadata);
  if (known !== undefined) return known;
  const stripped = stripVersions(metadata);
  strippedMetadata.set(metadata, stripped);
  return stripped;
}

function stripVersions(metadata: TwinObject): TwinObject {
  return Object.fromEntries(
    Object.entries(metadata)
      .filter(([key]) => key !== '$lastUpdatedVersion')
      .map(([key, value]) => [key, isTwinObject(value) ? withoutVersions(value) : value]),
  );
}

function connectionState({ connected }: Identity): string {
  return connected ? 'Connected' : 'Disconnected';
}

function scopes({ deviceScope, parentScopes }: Identity): TwinObject {
  return {
    ...(deviceScope === undefined ? {} : { deviceScope }),
    ...(parentScopes.length === 0 ? {} : { parentScopes }),
  };
}
