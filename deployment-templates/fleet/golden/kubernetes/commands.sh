# On each cluster:
kubectl apply -f store-001.yaml
kubectl apply -f store-002.yaml
kubectl apply -f store-flagship.yaml
kubectl apply -f warehouse-001.yaml
