const LONGEST_NAME = 253;
const LONGEST_LABEL = 63;

// The agent lower-cases by simple case mapping, in which U+0130 has no ASCII result.
function lower(text: string): string {
  return text.replaceAll('\u0130', '').toLowerCase();
}

/** Removes everything that is not a letter or digit at the end and, by `start`, at the beginning. */
function trimEnds(text: string, start: RegExp): string {
  const first = text.search(start);
  return first < 0 ? '' : text.slice(first).replace(/[^A-Za-z0-9]+$/, '');
}

/**
 * Rule 1: the name of ServiceAccount, Service, Deployment and container: lower case, everything but a-z 0-9 - . removed, nothing
 * trimmed. Undefined when more than 253 characters are left, where the agent throws.
 */
export function sanitizeName(moduleId: string): string | undefined {
  const name = lower(moduleId).replace(/[^a-z0-9.-]/g, '');
  return name.length > LONGEST_NAME ? undefined : name;
}

/** Rule 17: an annotation name or a label value; undefined where the agent throws (nothing left, or more than 63 characters). */
export function sanitizeNamePart(text: string): string | undefined {
  const value = trimEnds(text, /[A-Za-z0-9]/).replace(/[^A-Za-z0-9._-]/g, '');
  return value === '' || value.length > LONGEST_LABEL ? undefined : value;
}

/** Rule 5: the value of the device label; undefined where the agent stops at its start. */
export function deviceLabel(deviceId: string): string | undefined {
  return sanitizeNamePart(lower(deviceId));
}

/** Rule 5: the name of the EdgeDeployment custom resource. */
export function customResourceName(hubName: string, deviceId: string): string {
  return `${sanitizeName(hubName) ?? ''}-${sanitizeName(deviceId) ?? ''}`;
}

/**
 * A DNS label as the agent makes it for volume names and annotation prefixes: undefined where it throws. With `letterFirst` the
 * result begins with a letter (RFC 1035), else with a letter or digit.
 */
export function sanitizeDnsLabel(text: string, letterFirst: boolean): string | undefined {
  const value = trimEnds(lower(text), letterFirst ? /[a-z]/ : /[a-z0-9]/).replace(/[^a-z0-9-]/g, '');
  return value === '' || value.length > LONGEST_LABEL ? undefined : value;
}

/** Rules 17 and 18: a Docker label key as annotation key; undefined where the agent throws. */
export function sanitizeAnnotationKey(key: string): string | undefined {
  const slash = key.indexOf('/');
  if (slash < 0) return sanitizeNamePart(key);
  const parts = key.slice(0, slash).split('.');
  const labels = parts.map((part) => sanitizeDnsLabel(part, true));
  const name = sanitizeNamePart(key.slice(slash + 1));
  const prefix = labels.join('.');
  if (name === undefined || labels.includes(undefined) || prefix.length > LONGEST_NAME) return undefined;
  return `${prefix}/${name}`;
}

/** What the Kubernetes API says about a name; undefined when it accepts it. */
export function subdomainProblem(name: string): string | undefined {
  if (name === '') return 'name or generateName required';
  if (/^[^a-z0-9]/.test(name)) return 'must start and end with a letter or digit';
  if (/[^a-z0-9]$/.test(name)) return 'must end with a letter or digit';
  return /\.[.-]|-\./.test(name) ? 'each part between dots must start and end with a letter or digit' : undefined;
}

/** RFC 1035, as Service names need it. */
export function serviceNameProblem(name: string): string | undefined {
  if (name.includes('.')) return 'must be an RFC 1035 label, no dot';
  if (!/^[a-z]/.test(name)) return 'must be an RFC 1035 label, start with a letter';
  return name.length > LONGEST_LABEL ? 'must be an RFC 1035 label, no more than 63 characters' : undefined;
}

/** RFC 1123, as container names need it. */
export function containerNameProblem(name: string): string | undefined {
  if (name.includes('.')) return 'must be an RFC 1123 label, no dot';
  return name.length > LONGEST_LABEL ? 'must be an RFC 1123 label, no more than 63 characters' : undefined;
}

/** Label values, as the module label needs it. */
export function labelValueProblem(value: string): string | undefined {
  if (value.length > LONGEST_LABEL) return 'label value over 63 characters';
  if (value === '' || /^[A-Za-z0-9](.*[A-Za-z0-9])?$/.test(value)) return undefined;
  return 'label value must start and end with a letter or digit';
}
