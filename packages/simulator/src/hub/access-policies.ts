/** A right of a shared access policy. Source: IoT Hub, "Control access by using shared access signatures". */
export type AccessRight = 'RegistryRead' | 'RegistryWrite' | 'ServiceConnect' | 'DeviceConnect';

/** Name of one of the policies every hub starts with. */
export type PolicyName = 'iothubowner' | 'service' | 'device' | 'registryRead' | 'registryReadWrite';

const RIGHTS: Readonly<Record<PolicyName, readonly AccessRight[]>> = {
  iothubowner: ['RegistryRead', 'RegistryWrite', 'ServiceConnect', 'DeviceConnect'],
  service: ['ServiceConnect'],
  device: ['DeviceConnect'],
  registryRead: ['RegistryRead'],
  registryReadWrite: ['RegistryRead', 'RegistryWrite'],
};

/** The shared access policies of a hub: one key per policy name. */
export type PolicyKeys = Readonly<Record<PolicyName, string>>;

/** A fresh key for each default policy. */
export function newPolicyKeys(newKey: () => string): PolicyKeys {
  return {
    iothubowner: newKey(),
    service: newKey(),
    device: newKey(),
    registryRead: newKey(),
    registryReadWrite: newKey(),
  };
}

/** True for the name of a default policy. */
export function isPolicyName(name: string): name is PolicyName {
  return Object.hasOwn(RIGHTS, name);
}

/** Whether `policy` carries `right`. */
export function policyGrants(policy: PolicyName, right: AccessRight): boolean {
  return RIGHTS[policy].includes(right);
}
