const MISSING_RIGHT =
  /^\S+ (?:"[^"]*" )?is forbidden: User "(?<user>[^"]*)" cannot (?<verb>\S+) resource "(?<resource>[^"]*)" in API group "(?<group>[^"]*)" (?<place>at the cluster scope|in the namespace "[^"]*")/;

/**
 * One text for several troubles, each said once. Kubernetes' sentences about missing rights repeat user and scope every time, so that three of them are more than
 * a twin value holds; they are put together by user and scope.
 */
export function joinTroubles(messages: readonly string[]): string {
  const others: string[] = [];
  const rights = new Map<string, Set<string>>();
  for (const message of messages) {
    const { user, verb, resource, group, place } = MISSING_RIGHT.exec(message)?.groups ?? {};
    if (user === undefined) others.push(message);
    else {
      const key = `User "${user}" cannot ${verb ?? ''} * ${place ?? ''}`;
      const named = group === '' || group === undefined ? (resource ?? '') : `${resource ?? ''}.${group}`;
      rights.set(key, (rights.get(key) ?? new Set()).add(named));
    }
  }
  const joined = [...rights].map(([key, resources]) => key.replace('*', [...resources].sort().join(', ')));
  return [...new Set([...others, ...joined])].sort().join('; ');
}
