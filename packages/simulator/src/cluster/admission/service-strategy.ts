import type { KubeObject } from '../object-client.ts';
import type { Strategy } from '../scheme/resource-kind.ts';
import type { ServerFeatures } from '../server-version.ts';
import type { ServiceObject } from '../service-object.ts';
import { dns1035Label } from './names.ts';
import { allocateService, keepServiceBooks } from './service-addresses.ts';
import type { ServiceAllocators } from './service-addresses.ts';
import { dropFormerTypeFields, keepAllocatedValues, normalizeClusterIps } from './carry-over-service.ts';
import { dropUnknownServiceFields, serviceDefaults } from './service-defaults.ts';
import { validateService, validateServiceStatus, validateServiceUpdate } from './validate-service.ts';

/** The rules of Services: defaults, allocation of cluster IPs and node ports, validation. */
export function serviceStrategy(features: ServerFeatures, allocators: ServiceAllocators): Strategy {
  return {
    validateName: dns1035Label,
    generation: false,
    unconditionalUpdate: features.keepsAllocatedValues,
    createOnUpdate: features.genericServiceStore,
    noCollectionDelete: !features.genericServiceStore,
    applyDefaults: (object) => {
      const service = asService(object);
      dropUnknownServiceFields(service, features);
      serviceDefaults(service, features);
    },
    prepareForCreate: (object, { random }) => {
      const service = asService(object);
      service.status = { loadBalancer: {} };
      normalizeClusterIps(service, undefined);
      const errors = validateService(service, features);
      if (errors.length > 0) return errors;
      const allocation = allocateService({ service, before: undefined, allocators, random });
      dropUnknownServiceFields(service, features);
      return allocation;
    },
    prepareForUpdate: (object, old, { random }) => {
      const [service, before] = [asService(object), asService(old)];
      service.status = before.status ?? { loadBalancer: {} };
      normalizeClusterIps(service, before);
      if (features.keepsAllocatedValues) keepAllocatedValues(service, before);
      dropFormerTypeFields(service, before, features);
      const errors = [...validateService(service, features), ...validateServiceUpdate(service, before)];
      if (errors.length > 0) return errors;
      const allocation = allocateService({ service, before, allocators, random });
      dropUnknownServiceFields(service, features);
      return allocation;
    },
    prepareForStatusUpdate: (object) => validateServiceStatus(asService(object), features),
    stored: (now, before) =>
      keepServiceBooks(
        allocators,
        now === undefined ? undefined : asService(now),
        before === undefined ? undefined : asService(before),
      ),
  };
}

function asService(object: KubeObject): ServiceObject {
  object['spec'] ??= {};
  return object as ServiceObject;
}
