import assert from 'node:assert/strict';
import { requirePrograms, skipBecause } from '../support/shared-control-plane.ts';
import { ModuleStage, type StageOptions } from './module-stage.ts';

/** MetalLB as Azure Stack Edge has it. */
export const DEVICE_METALLB = { dialect: 'configmap', version: '0.12.1' } as const;

/** What a suite plays on; the device's MetalLB and rights where nothing else is said. */
export interface SuiteStage extends Partial<StageOptions> {
  readonly pools: StageOptions['pools'];
  /** The suite needs kube-controller-manager beside the API server; without it, it is skipped and says so. */
  readonly needsControllers?: boolean;
}

/** Opens a stage before the tests of the suite that calls this, resets it before each of them, and closes it afterwards. The result gives it to them. */
export function useModuleStage(suite: SuiteStage): () => ModuleStage {
  const { profile = 'ase-k8s', metalLb = DEVICE_METALLB, pools, needsControllers = false } = suite;
  let opened: ModuleStage | undefined;
  const stage = () => opened ?? assert.fail('the stage is opened before the tests');
  before(async function () {
    this.timeout(120_000);
    requirePrograms(this);
    opened = await ModuleStage.open({ profile, metalLb, pools });
    if (needsControllers && !opened.plane.hasControllers)
      skipBecause(this, 'no kube-controller-manager beside the other programs');
  });
  beforeEach(() => stage().reset());
  after(() => opened?.close());
  return stage;
}
