import { duplicate, forbiddenField, invalidValues, notSupported, required } from '../field-error.ts';
import type { FieldError } from '../field-error.ts';
import type { ServiceObject, ServicePort } from '../service-object.ts';
import { dnsLabel, portName, portNumberErrors, qualifiedName } from './names.ts';
import { hasClusterIp, isExternal, isHeadless } from './service-type.ts';

const protocols = ['SCTP', 'TCP', 'UDP'];

/** The rules of a Service's ports: each by itself, and all together. */
export function validateServicePorts(service: ServiceObject): FieldError[] {
  const ports = service.spec.ports ?? [];
  if (ports.length === 0) {
    return hasClusterIp(service) && !isHeadless(service) ? [required('spec.ports')] : [];
  }
  const place = (index: number): string => `spec.ports[${index}]`;
  return [
    ...ports.flatMap((port, index) => portErrors(port, place(index), service)),
    ...ports.flatMap((port, index) =>
      ports.length > 1 && (port.name ?? '') === '' ? [required(`${place(index)}.name`)] : [],
    ),
    ...repeated(
      ports,
      ({ name = '' }) => name,
      (port, index) => duplicate(`${place(index)}.name`, port.name),
    ),
    ...repeated(
      ports,
      ({ port, protocol = '' }) => `${port}/${protocol}`,
      ({ port, protocol }, index) => duplicate(place(index), { port, protocol }),
    ),
    ...repeated(
      ports,
      ({ nodePort = 0, protocol = '' }) => (nodePort === 0 ? '' : `${nodePort}/${protocol}`),
      ({ nodePort }, index) => duplicate(`${place(index)}.nodePort`, nodePort),
    ),
  ];
}

/** An error for each port whose key (if it has one) stood there before. */
function repeated(
  ports: readonly ServicePort[],
  keyOf: (port: ServicePort) => string,
  errorOf: (port: ServicePort, index: number) => FieldError,
): FieldError[] {
  const keys = ports.map(keyOf);
  return ports.flatMap((port, index) => {
    const key = keys[index] ?? '';
    return key !== '' && keys.indexOf(key) < index ? [errorOf(port, index)] : [];
  });
}

function portErrors(port: ServicePort, field: string, service: ServiceObject): FieldError[] {
  const { name = '', protocol = '', targetPort, appProtocol, nodePort = 0 } = port;
  const target = typeof targetPort === 'number' ? portNumberErrors(targetPort) : portName(targetPort ?? '');
  const type = service.spec.type ?? '';
  return [
    ...(name === '' ? [] : invalidValues(`${field}.name`, name, dnsLabel(name))),
    ...invalidValues(`${field}.port`, port.port, portNumberErrors(port.port)),
    ...protocolErrors(protocol, `${field}.protocol`),
    ...invalidValues(`${field}.targetPort`, targetPort, target),
    ...(appProtocol === undefined
      ? []
      : invalidValues(`${field}.appProtocol`, appProtocol, qualifiedName(appProtocol))),
    ...(isExternal(service) || nodePort === 0
      ? []
      : [forbiddenField(`${field}.nodePort`, `may not be used when \`type\` is '${type}'`)]),
  ];
}

function protocolErrors(protocol: string, field: string): FieldError[] {
  if (protocol === '') return [required(field)];
  return protocols.includes(protocol) ? [] : [notSupported(field, protocol, protocols)];
}
