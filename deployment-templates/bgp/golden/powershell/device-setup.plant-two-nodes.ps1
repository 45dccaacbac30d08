# plant-two-nodes: what only the device can do. These are comments: nothing here is run by iotedge-net.
# Before compute is configured, and only then (PowerShell interface of the device):
#   Set-HcsKubeClusterNetworkInfo -PodSubnet 172.30.0.0/16 -ServiceSubnet 172.31.0.0/16
#   Get-HcsKubeClusterNetworkInfo
# Local web UI, page "Compute network" (from release 2205 on "Kubernetes"); there is no cmdlet for it:
#   Kubernetes node IPs: 10.126.75.200-10.126.75.202 (fixed once compute is configured)
#   Kubernetes external service IPs: 10.126.75.208-10.126.75.215 (may be changed at any time)
# What the device holds (PowerShell interface):
#   Get-HcsExternalVirtualSwitch | Where-Object EnabledForCompute | Select-Object Name, IPAddressPools
# BGP peers (PowerShell interface, release 2110 or later); without a peer the addresses are announced at layer 2:
#   $switch = (Get-HcsExternalVirtualSwitch | Where-Object EnabledForCompute).Name
#   Set-HcsBGPPeer -PeerAddress 10.126.72.2 -PeerAsn 64512 -SelfAsn 64513 -SwitchName $switch -HoldTimeInSeconds 15
#   Set-HcsBGPPeer -PeerAddress 10.126.72.3 -PeerAsn 64512 -SelfAsn 64513 -SwitchName $switch -HoldTimeInSeconds 15
#   Get-HcsBGPPeers -SwitchName $switch
# The other side of each session is set up on the router:
#   10.126.72.2, AS 64512: accept AS 64513 from 10.126.75.200-10.126.75.202
#   10.126.72.3, AS 64512: accept AS 64513 from 10.126.75.200-10.126.75.202
