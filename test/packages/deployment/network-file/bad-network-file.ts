/**
 * A network file that is refused. `»` stands before each place where a problem has to be reported, in file order with the codes; the two lines
 * that every file needs are put before the text unless it is `whole`.
 */
export interface BadNetworkFile {
  readonly why: string;
  readonly codes: string;
  readonly whole?: true;
  readonly yaml: string;
}
