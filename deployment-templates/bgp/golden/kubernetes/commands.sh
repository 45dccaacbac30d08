# On each cluster:
kubectl apply -f plant-two-nodes.yaml
