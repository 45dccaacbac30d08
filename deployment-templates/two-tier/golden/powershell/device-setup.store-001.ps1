# store-001: what only the device can do. These are comments: nothing here is run by iotedge-net.
# Local web UI, page "Compute network" (from release 2205 on "Kubernetes"); there is no cmdlet for it:
#   Kubernetes node IPs: 10.126.75.200-10.126.75.201 (fixed once compute is configured)
#   Kubernetes external service IPs: 10.126.75.206-10.126.75.215 (may be changed at any time)
# What the device holds (PowerShell interface):
#   Get-HcsExternalVirtualSwitch | Where-Object EnabledForCompute | Select-Object Name, IPAddressPools
