import { isIP } from 'node:net';
import { duplicate, invalidValue, notSupported, required } from '../field-error.ts';
import type { FieldError } from '../field-error.ts';
import { objectsAt, textAt } from '../json.ts';
import type { JsonObject } from '../json.ts';
import type { KubeObject } from '../object-client.ts';
import type { Strategy } from '../scheme/resource-kind.ts';
import { dnsLabel, dnsSubdomain, portNumberErrors } from './names.ts';
import { usableAddressErrors } from './special-addresses.ts';
import type { EndpointRules } from './special-addresses.ts';
import { immutableErrors } from './validate-metadata.ts';

const protocols = ['SCTP', 'TCP', 'UDP'];
const addressTypes = ['FQDN', 'IPv4', 'IPv6'];
const endpointLimit = 1000;

/** The rules of EndpointSlices. */
export function endpointSliceStrategy(rules: EndpointRules): Strategy {
  return {
    validateName: dnsSubdomain,
    generation: true,
    unconditionalUpdate: true,
    applyDefaults: (object) => {
      for (const port of objectsAt(object, 'ports')) {
        port['name'] ??= '';
        port['protocol'] ??= 'TCP';
      }
      for (const endpoint of objectsAt(object, 'endpoints')) endpoint['conditions'] ??= {};
      object['endpoints'] ??= null;
      object['ports'] ??= null;
    },
    validate: (object) => sliceErrors(object, rules),
    validateUpdate: (object, before) => immutableErrors('addressType', object['addressType'], before['addressType']),
  };
}

function sliceErrors(object: KubeObject, rules: EndpointRules): FieldError[] {
  const type = textAt(object, 'addressType');
  const errors: FieldError[] = [];
  if (type === '') errors.push(required('addressType'));
  else if (!addressTypes.includes(type)) errors.push(notSupported('addressType', type, addressTypes));
  const endpoints = objectsAt(object, 'endpoints');
  if (endpoints.length > endpointLimit) {
    errors.push({
      field: 'endpoints',
      reason: 'FieldValueTooLong',
      message: `Too many: ${endpoints.length}: must have at most ${endpointLimit} items`,
    });
  }
  endpoints.forEach((endpoint, index) => {
    const field = `endpoints[${index}].addresses`;
    const addresses = Array.isArray(endpoint['addresses']) ? endpoint['addresses'] : [];
    if (addresses.length === 0) errors.push(required(field, 'must contain at least 1 address'));
    if (addresses.length > 100)
      errors.push({
        field,
        reason: 'FieldValueTooLong',
        message: `Too many: ${addresses.length}: must have at most 100 items`,
      });
    addresses.forEach((address, position) => {
      errors.push(...sliceAddressErrors(String(address), type, `${field}[${position}]`, rules));
    });
  });
  const names = new Set<unknown>();
  objectsAt(object, 'ports').forEach((port, index) => {
    const field = `ports[${index}]`;
    errors.push(...portErrors(port, field));
    if (names.has(port['name'])) errors.push(duplicate(`${field}.name`, port['name']));
    names.add(port['name']);
  });
  return errors;
}

function portErrors(port: JsonObject, field: string): FieldError[] {
  const errors: FieldError[] = [];
  const name = typeof port['name'] === 'string' ? port['name'] : '';
  if (name !== '') errors.push(...dnsLabel(name).map((message) => invalidValue(`${field}.name`, name, message)));
  if (!protocols.includes(String(port['protocol'])))
    errors.push(notSupported(`${field}.protocol`, port['protocol'], protocols));
  if (typeof port['port'] === 'number') {
    errors.push(
      ...portNumberErrors(port['port']).map((message) => invalidValue(`${field}.port`, port['port'], message)),
    );
  }
  return errors;
}

function sliceAddressErrors(address: string, type: string, field: string, rules: EndpointRules): FieldError[] {
  if (type === 'FQDN') return dnsSubdomain(address).map((message) => invalidValue(field, address, message));
  const wanted = type === 'IPv6' ? 6 : 4;
  if (isIP(address) !== wanted) {
    const detail = wanted === 6 ? 'must be a valid IPv6 address' : 'must be a valid IPv4 address';
    return [invalidValue(field, address, detail)];
  }
  return usableAddressErrors(address, field, rules);
}

/** The rules of Endpoints. */
export function endpointsStrategy(rules: EndpointRules): Strategy {
  return {
    validateName: dnsSubdomain,
    generation: false,
    unconditionalUpdate: true,
    createOnUpdate: true,
    applyDefaults: (object) => {
      for (const subset of objectsAt(object, 'subsets')) {
        for (const port of objectsAt(subset, 'ports')) port['protocol'] ??= 'TCP';
      }
    },
    validate: (object) =>
      objectsAt(object, 'subsets').flatMap((subset, index) => subsetErrors(subset, `subsets[${index}]`, rules)),
  };
}

function subsetErrors(subset: JsonObject, path: string, rules: EndpointRules): FieldError[] {
  const errors: FieldError[] = [];
  const lists = ['addresses', 'notReadyAddresses'] as const;
  if (lists.every((name) => objectsAt(subset, name).length === 0)) {
    errors.push(required(path, 'must specify `addresses` or `notReadyAddresses`'));
  }
  for (const list of lists) {
    objectsAt(subset, list).forEach((address, index) => {
      const ip = typeof address['ip'] === 'string' ? address['ip'] : '';
      const field = `${path}.${list}[${index}].ip`;
      errors.push(...usableAddressErrors(ip, field, rules));
    });
  }
  const ports = objectsAt(subset, 'ports');
  ports.forEach((port, index) => {
    const field = `${path}.ports[${index}]`;
    if (ports.length > 1 && (port['name'] ?? '') === '') errors.push(required(`${field}.name`));
    errors.push(...portErrors(port, field));
  });
  return errors;
}
