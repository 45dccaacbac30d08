# One device each; not beside a deployment for a target condition, which would win it back:
az iot edge set-modules --hub-name "$HUB" --device-id store-001 --content deployment.store-001.json
