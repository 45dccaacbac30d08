import { readRequest } from './address-request.ts';
import type { AddressRequest } from './address-request.ts';
import type { Assignment } from './converge.ts';
import type { Behaviour } from './metallb-version.ts';
import type { Choice } from './pool-choice.ts';
import type { Refusal } from './refusal.ts';
import type { LoadBalancerService } from './service.ts';
import type { Allocation, Holder } from './tenancy.ts';

const noChoices: readonly Choice[] = [];

/** Everything the model keeps of one Service, from its first appearance to its deletion. */
export class ServiceEntry implements Holder {
  service: LoadBalancerService;
  request: AddressRequest;
  /** What its object says that it has. */
  assignment: Assignment = { ips: [] };
  /** What the controller knows that it holds. */
  held: Allocation | undefined = undefined;
  refusal: Refusal | undefined = undefined;
  /** What MetalLB might have given when it chose at random. */
  choices: readonly Choice[] = noChoices;

  constructor(service: LoadBalancerService, behaviour: Behaviour) {
    this.service = service;
    this.request = readRequest(service, behaviour, this);
  }

  /** The Service was edited. */
  edit(service: LoadBalancerService, behaviour: Behaviour): void {
    this.service = service;
    this.request = readRequest(service, behaviour, this);
  }

  /** The object was written. */
  assign(assignment: Assignment, choices: readonly Choice[]): void {
    this.assignment = assignment;
    this.choices = choices.length > 1 ? choices : noChoices;
  }
}
