# On each cluster:
kubectl apply -f store-001.yaml
