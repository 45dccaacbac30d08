import { randomInt } from 'node:crypto';
import type { TwinObject } from '@iotedge-networking/contract';
import { HubError } from './hub-error.ts';
import type { HubStore } from './hub-store.ts';
import { NEVER, type Authentication, type Identity } from './identity.ts';
import { checkDeviceId, checkModuleId, NO_AUTHENTICATION, readAuthentication } from './identity-input.ts';
import { optionalObject, optionalText } from './json-input.ts';
import { requireMatch } from './precondition.ts';
import { addressName, type TwinAddress } from './twin-address.ts';
import { emptySection } from './twin-section.ts';

const MODULES_PER_DEVICE = 50;
const SYSTEM_MODULES = ['$edgeAgent', '$edgeHub'];

/** Creates a device from a registry body; an edge device gets its two system modules at once. */
export function createDevice(store: HubStore, deviceId: string, body: TwinObject): Identity {
  checkDeviceId(deviceId);
  checkBodyId(body['deviceId'], deviceId);
  if (store.find({ deviceId }) !== undefined)
    throw new HubError('DeviceAlreadyExists', `a device with id '${deviceId}' is already registered`);
  const created = newIdentity(store, { deviceId }, readAuthentication(body['authentication'], store.sources.newKey));
  const device = withDeviceBody(created, body, store.now());
  store.put(device);
  store.events.emit('identity', { deviceId, change: 'created' });
  addSystemModules(store, device);
  return device;
}

/** Replaces what a registry body may replace; without `authentication` the hub makes new keys, as the service does. */
export function updateDevice(
  store: HubStore,
  deviceId: string,
  update: { readonly body: TwinObject; readonly ifMatch: string },
): Identity {
  const before = store.get({ deviceId });
  requireMatch(update.ifMatch, before.etag);
  checkBodyId(update.body['deviceId'], deviceId);
  const authentication = readAuthentication(update.body['authentication'], store.sources.newKey);
  const device = withDeviceBody({ ...before, authentication, etag: store.newEtag() }, update.body, store.now());
  store.put(device);
  store.events.emit('identity', { deviceId, change: 'updated' });
  addSystemModules(store, device);
  return device;
}

/** Creates a module; `managedBy` is IotEdge for modules that a deployment makes. */
export function createModule(store: HubStore, address: Required<TwinAddress>, body: TwinObject): Identity {
  const { deviceId, moduleId } = address;
  store.get({ deviceId });
  checkModuleId(moduleId);
  checkBodyId(body['moduleId'], moduleId);
  if (store.find(address) !== undefined)
    throw new HubError(
      'ModuleAlreadyExistsOnDevice',
      `a module with id '${addressName(address)}' is already registered`,
    );
  if (store.modules(deviceId).length >= MODULES_PER_DEVICE)
    throw new HubError(
      'TooManyModulesOnDevice',
      `device '${deviceId}' has ${MODULES_PER_DEVICE} modules, the most it may have`,
    );
  const authentication = readAuthentication(body['authentication'], store.sources.newKey);
  const module = {
    ...newIdentity(store, address, authentication),
    managedBy: optionalText(body['managedBy'], 'managedBy'),
  };
  store.put(module);
  store.events.emit('identity', { ...address, change: 'created' });
  return module;
}

/** Replaces credentials and owner of a module. */
export function updateModule(
  store: HubStore,
  address: TwinAddress,
  update: { readonly body: TwinObject; readonly ifMatch: string },
): Identity {
  const before = store.get(address);
  requireMatch(update.ifMatch, before.etag);
  const authentication = readAuthentication(update.body['authentication'], store.sources.newKey);
  const managedBy = optionalText(update.body['managedBy'], 'managedBy');
  const module = { ...before, authentication, managedBy, etag: store.newEtag() };
  store.put(module);
  store.events.emit('identity', { ...address, change: 'updated' });
  return module;
}

/** Deletes a device with its modules, or a module. The service insists on an If-Match header here. */
export function deleteIdentity(store: HubStore, address: TwinAddress, ifMatch: string | undefined): void {
  const identity = store.get(address);
  if (ifMatch === undefined)
    throw new HubError('PreconditionFailed', 'ETag missing: deletion needs an If-Match header');
  requireMatch(ifMatch, identity.etag);
  for (const { deviceId, moduleId } of store.remove(address))
    store.events.emit('identity', { deviceId, moduleId, change: 'deleted' });
}

function addSystemModules(store: HubStore, device: Identity): void {
  if (!device.capabilities.iotEdge) return;
  for (const moduleId of SYSTEM_MODULES) {
    const address = { deviceId: device.deviceId, moduleId };
    if (store.find(address) !== undefined) continue;
    store.put({ ...newIdentity(store, address, NO_AUTHENTICATION), managedBy: 'iotEdge' });
    store.events.emit('identity', { ...address, change: 'created' });
  }
}

function checkBodyId(given: unknown, id: string): void {
  if (given !== undefined && given !== id)
    throw new HubError('ArgumentInvalid', `the id in the body is not the id '${id}' in the address`);
}

function newIdentity(store: HubStore, address: TwinAddress, authentication: Authentication): Identity {
  const now = store.now();
  return {
    ...address,
    generationId: newGenerationId(now),
    etag: store.newEtag(),
    status: 'enabled',
    statusReason: null,
    statusUpdatedTime: NEVER,
    connected: false,
    connectionStateUpdatedTime: NEVER,
    lastActivityTime: NEVER,
    authentication,
    capabilities: { iotEdge: false },
    parentScopes: [],
    twin: { version: 2, etag: 1, tags: {}, desired: emptySection(now), reported: emptySection(now) },
    configurations: {},
  };
}

// The service writes the time of creation in steps of 100 ns since the year 1; chance stands in for what the clock cannot tell apart.
function newGenerationId(now: Date): string {
  const steps = BigInt(now.getTime()) * 10_000n + 621_355_968_000_000_000n;
  return String(steps + BigInt(randomInt(10_000)));
}

function withDeviceBody(device: Identity, body: TwinObject, now: Date): Identity {
  const status = optionalText(body['status'], 'status') ?? 'enabled';
  if (status !== 'enabled' && status !== 'disabled')
    throw new HubError('ArgumentInvalid', `status '${status}' is not one of enabled, disabled`);
  const iotEdge = optionalObject(body['capabilities'], 'capabilities')?.['iotEdge'] === true;
  const ownScope = `ms-azure-iot-edge://${device.deviceId}-${device.generationId}`;
  return {
    ...device,
    status,
    statusReason: optionalText(body['statusReason'], 'statusReason') ?? null,
    statusUpdatedTime: status === device.status ? device.statusUpdatedTime : now.toISOString(),
    capabilities: { iotEdge },
    deviceScope: iotEdge ? ownScope : optionalText(body['deviceScope'], 'deviceScope'),
    parentScopes: readScopes(body['parentScopes']),
  };
}

function readScopes(input: unknown): readonly string[] {
  return Array.isArray(input) ? input.filter((scope) => typeof scope === 'string') : [];
}
