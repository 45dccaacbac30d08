import { cidrToRange, parseAddress, parseCidr, rangeContains } from '@iotedge-networking/addressing';
import { invalidValue } from '../field-error.ts';
import type { FieldError } from '../field-error.ts';

/** Options of the rules for endpoints. */
export interface EndpointRules {
  /** Real clusters refuse endpoints in 127.0.0.0/8; a simulated one whose pods live there cannot. */
  readonly allowLoopback: boolean;
}

const specialRanges = [
  { text: '0.0.0.0/32', detail: 'may not be unspecified (0.0.0.0 or ::)' },
  { text: '127.0.0.0/8', detail: 'may not be in the loopback range (127.0.0.0/8, ::1/128)' },
  { text: '::1/128', detail: 'may not be in the loopback range (127.0.0.0/8, ::1/128)' },
  { text: '169.254.0.0/16', detail: 'may not be in the link-local range (169.254.0.0/16, fe80::/10)' },
  { text: 'fe80::/10', detail: 'may not be in the link-local range (169.254.0.0/16, fe80::/10)' },
  { text: '224.0.0.0/24', detail: 'may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)' },
].flatMap(({ text, detail }) => {
  const cidr = parseCidr(text);
  return cidr === undefined ? [] : [{ range: cidrToRange(cidr), detail, loopback: detail.includes('loopback') }];
});

/** What is wrong with an address that traffic shall be sent to: no address at all, or one of a special range. */
export function usableAddressErrors(text: string, field: string, rules: EndpointRules): FieldError[] {
  const address = parseAddress(text);
  if (address === undefined)
    return [invalidValue(field, text, 'must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)')];
  return specialRanges
    .filter(({ range, loopback }) => !(loopback && rules.allowLoopback) && rangeContains(range, address))
    .map(({ detail }) => invalidValue(field, text, detail));
}
