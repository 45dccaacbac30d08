# One device each; not beside a deployment for a target condition, which would win it back:
az iot edge set-modules --hub-name "$HUB" --device-id store-001 --content deployment.store-001.json
az iot edge set-modules --hub-name "$HUB" --device-id store-002 --content deployment.store-002.json
az iot edge set-modules --hub-name "$HUB" --device-id store-flagship --content deployment.store-flagship.json
az iot edge set-modules --hub-name "$HUB" --device-id warehouse-001 --content deployment.warehouse-001.json
