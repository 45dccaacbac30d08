import { duplicate, forbiddenField, invalidValue, notSupported, required } from '../field-error.ts';
import type { FieldError } from '../field-error.ts';
import { jsonEqual } from '../json.ts';
import type { Container, PodObject, PodSpec } from '../workload-objects.ts';
import { dnsLabel, dnsSubdomain, portName, portNumberErrors } from './names.ts';

const protocols = ['SCTP', 'TCP', 'UDP'];
const restartPolicies = ['Always', 'OnFailure', 'Never'];

/** The rules of a pod's specification, as far as the simulator uses it. `path` is where it stands. */
export function validatePodSpec(spec: PodSpec, path: string): FieldError[] {
  const errors: FieldError[] = [];
  if (spec.containers.length === 0) errors.push(required(`${path}.containers`));
  const names = new Set<string>();
  const check = (containers: readonly Container[], field: string): void => {
    containers.forEach((container, index) => {
      const place = `${path}.${field}[${index}]`;
      errors.push(...containerErrors(container, place));
      if (names.has(container.name)) errors.push(duplicate(`${place}.name`, container.name));
      names.add(container.name);
      errors.push(...mountErrors(spec, container, place));
    });
  };
  check(spec.initContainers ?? [], 'initContainers');
  check(spec.containers, 'containers');
  if (!restartPolicies.includes(spec.restartPolicy ?? '')) {
    errors.push(notSupported(`${path}.restartPolicy`, spec.restartPolicy, restartPolicies));
  }
  if (spec.hostname !== undefined) {
    errors.push(...dnsLabel(spec.hostname).map((message) => invalidValue(`${path}.hostname`, spec.hostname, message)));
  }
  const account = spec.serviceAccountName;
  if (account !== undefined) {
    errors.push(
      ...dnsSubdomain(account).map((message) => invalidValue(`${path}.serviceAccountName`, account, message)),
    );
  }
  return errors;
}

function containerErrors(container: Container, path: string): FieldError[] {
  const errors: FieldError[] = [];
  const name = (container.name as string | undefined) ?? '';
  if (name === '') errors.push(required(`${path}.name`));
  else errors.push(...dnsLabel(name).map((message) => invalidValue(`${path}.name`, name, message)));
  if ((container.image ?? '') === '') errors.push(required(`${path}.image`));
  const names = new Set<string>();
  (container.ports ?? []).forEach((port, index) => {
    const place = `${path}.ports[${index}]`;
    errors.push(
      ...portNumberErrors(port.containerPort).map((message) =>
        invalidValue(`${place}.containerPort`, port.containerPort, message),
      ),
    );
    if (!protocols.includes(port.protocol ?? ''))
      errors.push(notSupported(`${place}.protocol`, port.protocol, protocols));
    if (port.name === undefined) return;
    errors.push(...portName(port.name).map((message) => invalidValue(`${place}.name`, port.name, message)));
    if (names.has(port.name)) errors.push(duplicate(`${place}.name`, port.name));
    names.add(port.name);
  });
  (container.env ?? []).forEach((variable, index) => {
    if (((variable.name as string | undefined) ?? '') === '') errors.push(required(`${path}.env[${index}].name`));
  });
  return errors;
}

function mountErrors(spec: PodSpec, container: Container, path: string): FieldError[] {
  const volumes = new Set((spec.volumes ?? []).map((volume) => volume.name));
  const mounts = Array.isArray(container['volumeMounts']) ? (container['volumeMounts'] as { name?: string }[]) : [];
  return mounts.flatMap((mount, index): FieldError[] =>
    volumes.has(mount.name ?? '')
      ? []
      : [
          {
            field: `${path}.volumeMounts[${index}].name`,
            reason: 'FieldValueInvalid',
            message: `Not found: ${JSON.stringify(mount.name)}`,
          },
        ],
  );
}

/** The rules of a change to a pod: next to nothing of its specification may change. */
export function validatePodUpdate(pod: PodObject, before: PodObject): FieldError[] {
  const comparable = ({ spec }: PodObject): unknown => ({
    ...spec,
    containers: spec.containers.map((container) => ({ ...container, image: '' })),
    initContainers: spec.initContainers?.map((container) => ({ ...container, image: '' })),
    tolerations: undefined,
    activeDeadlineSeconds: undefined,
    terminationGracePeriodSeconds: undefined,
  });
  if (jsonEqual(comparable(pod), comparable(before))) return [];
  const fields =
    '`spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)';
  return [forbiddenField('spec', `pod updates may not change fields other than ${fields}`)];
}
