import { readRequest } from './address-request.ts';
import type { AddressRequest } from './address-request.ts';
import type { Assignment } from './converge.ts';
import type { Behaviour } from './metallb-version.ts';
import type { Choice } from './pool-choice.ts';
import type { Refusal } from './refusal.ts';
import type { LoadBalancerService } from './service.ts';
import type { Allocation, Holder } from './tenancy.ts';

const noAssignment: Assignment = { ips: [] };
const noChoices: readonly Choice[] = [];

/**
 * Everything the model keeps of one Service, from its first appearance to its deletion. What follows from the Service is read
 * anew when it is needed: a hundred thousand Services at rest are then little for the garbage collector to carry about.
 */
export class ServiceEntry implements Holder {
  /** `namespace/name`. */
  readonly key: string;
  service: LoadBalancerService;
  /** What its object says that it has. */
  assignment: Assignment = noAssignment;
  /** What the controller knows that it holds. */
  held: Allocation | undefined = undefined;
  refusal: Refusal | undefined = undefined;
  /** What MetalLB might have given when it chose at random. */
  choices: readonly Choice[] = noChoices;

  /** Whether the change of its object is waiting to be handed over. */
  isChanged = false;
  #request: AddressRequest | undefined = undefined;

  constructor(key: string, service: LoadBalancerService) {
    this.key = key;
    this.service = service;
  }

  /** The Service was edited. */
  edit(service: LoadBalancerService): void {
    this.service = service;
    this.#request = undefined;
  }

  /** What the Service asks for; kept until it rests. */
  request(behaviour: Behaviour): AddressRequest {
    this.#request ??= readRequest(this.key, this.service, behaviour, this);
    return this.#request;
  }

  /** Nobody will look at the Service soon. */
  rest(): void {
    this.#request = undefined;
  }

  /** The object was written. */
  assign(assignment: Assignment, choices: readonly Choice[]): void {
    this.assignment = assignment;
    this.choices = choices.length > 1 ? choices : noChoices;
  }
}
