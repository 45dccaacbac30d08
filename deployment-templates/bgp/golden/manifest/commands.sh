# One device each; not beside a deployment for a target condition, which would win it back:
az iot edge set-modules --hub-name "$HUB" --device-id plant-two-nodes --content deployment.plant-two-nodes.json
