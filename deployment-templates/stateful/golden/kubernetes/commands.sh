# On each cluster:
kubectl apply -f plant-001.yaml
