# On each cluster:
kubectl apply -f line-7.yaml
