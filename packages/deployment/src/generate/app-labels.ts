/** The labels by which the pods of an application are found; the recommended key of the Kubernetes documentation. */
export function appLabels(app: string): Readonly<Record<string, string>> {
  return { 'app.kubernetes.io/name': app };
}
