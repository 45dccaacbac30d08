import { isPolicyName, policyGrants, type AccessRight, type PolicyKeys } from './access-policies.ts';
import { HubError } from './hub-error.ts';
import type { HubStore } from './hub-store.ts';
import { identityKeys } from './identity.ts';
import { coversResource, isSignedBy, parseSasToken, type SasToken } from './sas-token.ts';
import { addressResource, type TwinAddress } from './twin-address.ts';

/** What is needed to judge a token. */
export interface TokenRules {
  readonly store: HubStore;
  readonly policyKeys: PolicyKeys;
  /** Host names that may stand in a token's audience. */
  readonly hosts: readonly string[];
  /** Signatures that count as expired although their time has not come: the fault "expire tokens". */
  readonly revoked: ReadonlySet<string>;
  /** Tokens of Microsoft Entra ID that count as those of somebody with every right; who issued them is not looked at. */
  readonly bearerTokens?: ReadonlySet<string>;
}

/** Checks a bearer token, as whoever is signed in to Microsoft Entra ID sends it; false for any other header. */
export function authenticateBearer({ bearerTokens }: TokenRules, header: string | undefined): boolean {
  const [, token] = /^Bearer (.*)$/.exec(header ?? '') ?? [];
  if (token === undefined) return false;
  if (bearerTokens?.has(token) === true) return true;
  throw new HubError('IotHubUnauthorizedAccess', 'the bearer token is not one that this hub was started with');
}

/** Checks a service token: its audience must reach `path`, its policy must carry `right`. */
export function authenticateService(
  rules: TokenRules,
  header: string | undefined,
  { path, right }: { readonly path: string; readonly right: AccessRight },
): SasToken {
  const token = validToken(rules, header ?? '', path);
  const policy = token.policy ?? '';
  if (!isPolicyName(policy) || !isSignedBy(token, [rules.policyKeys[policy]]))
    throw new HubError('IotHubUnauthorizedAccess', 'the signature was not made with the key of the policy it names');
  if (!policyGrants(policy, right))
    throw new HubError('IotHubUnauthorizedAccess', `policy '${policy}' does not carry ${right}`);
  return token;
}

/** Checks the token of a device or module: its own keys, primary first, or a policy with DeviceConnect. */
export function authenticateDevice(rules: TokenRules, password: string, address: TwinAddress): SasToken {
  const token = validToken(rules, password, addressResource(address));
  const identity = rules.store.find(address);
  const device = rules.store.find({ deviceId: address.deviceId });
  if (identity === undefined || device?.status !== 'enabled')
    throw new HubError('IotHubUnauthorizedAccess', 'the identity is not registered or is disabled');
  if (isSignedBy(token, keysFor(rules, token, identityKeys(identity)))) return token;
  throw new HubError('IotHubUnauthorizedAccess', 'the signature was made with none of the keys of the identity');
}

function keysFor(rules: TokenRules, { policy }: SasToken, ownKeys: readonly string[]): readonly string[] {
  if (policy === undefined || policy === '') return ownKeys;
  return isPolicyName(policy) && policyGrants(policy, 'DeviceConnect') ? [rules.policyKeys[policy]] : [];
}

function validToken({ store, hosts, revoked }: TokenRules, text: string, path: string): SasToken {
  const token = parseSasToken(text);
  if (token === undefined) throw new HubError('IotHubUnauthorizedAccess', 'there is no shared access signature');
  if (token.expiry * 1000 <= store.now().getTime() || revoked.has(token.signature))
    throw new HubError('IotHubUnauthorizedAccess', 'the token has expired');
  if (!coversResource(token, hosts, path))
    throw new HubError('IotHubUnauthorizedAccess', `the audience '${token.resource}' does not reach '${path}'`);
  return token;
}
