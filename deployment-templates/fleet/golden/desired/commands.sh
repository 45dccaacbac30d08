# What is one device’s own, once its networking module exists; tags first, because conditions look for them:
az iot hub device-twin update --hub-name "$HUB" --device-id store-001 --tags '{"role":"store","region":"emea"}'
az iot hub module-twin update --hub-name "$HUB" --device-id store-001 --module-id networking --desired desired.store-001.json --tags '{"role":"store","region":"emea"}'
az iot hub device-twin update --hub-name "$HUB" --device-id store-002 --tags '{"role":"store","region":"emea"}'
az iot hub module-twin update --hub-name "$HUB" --device-id store-002 --module-id networking --desired desired.store-002.json --tags '{"role":"store","region":"emea"}'
az iot hub device-twin update --hub-name "$HUB" --device-id store-flagship --tags '{"role":"store","region":"emea"}'
az iot hub module-twin update --hub-name "$HUB" --device-id store-flagship --module-id networking --desired desired.store-flagship.json --tags '{"role":"store","region":"emea"}'
az iot hub device-twin update --hub-name "$HUB" --device-id warehouse-001 --tags '{"role":"warehouse","region":"emea"}'
az iot hub module-twin update --hub-name "$HUB" --device-id warehouse-001 --module-id networking --desired desired.warehouse-001.json --tags '{"role":"warehouse","region":"emea"}'
