import type { PlacedProblem } from './placed-problem.ts';
import type { Aim, SourcePosition } from './source-position.ts';

/** A place in one of the texts that a network is read from. */
export interface PlaceInFile extends SourcePosition {
  readonly file: string;
}

/** What network.yaml, files of devices and values of the command line say together, before it is checked. */
export interface NetworkDocument {
  readonly value: unknown;
  /** Where the thing at a problem path can be mended. */
  readonly locate: (path: string, aim: Aim) => PlaceInFile;
  readonly problems: readonly PlacedProblem[];
}
