# 2026-11-02 10:11:12 by RouterOS 7.20.4
/interface bridge
add name=lan
/interface ethernet
set [ find default-name=ether1 ] name=uplink
set [ find default-name=ether3 ] comment="the street"
/interface vlan
add interface=ether3 loop-protect=off mtu=1500 name=street-100 vlan-id=100
add arp=proxy-arp interface=ether3 name=street-101 vlan-id=101
/interface list
add name=WAN
/ip firewall nat
add action=masquerade chain=srcnat comment="to the world; all of it" \
    out-interface-list=WAN
add action=accept chain=srcnat
/ip pool
add name=late ranges=10.66.0.2-10.66.0.254
add name=pppoe next-pool=late ranges=10.0.0.2-10.0.3.254,10.0.8.0/24
/ppp profile
set *0 use-ipv6=no
set *FFFFFFFE dns-server=192.0.2.53
add address-list=customers bridge-learning=no change-tcp-mss=yes \
    dns-server=192.0.2.53,192.0.2.54 local-address=10.0.0.1 name=plan-20 only-one=yes \
    queue-type=default-small rate-limit=5M/20M remote-address=pppoe use-compression=no \
    use-encryption=no use-mpls=no use-upnp=no
add local-address=10.0.0.1 name=plan-100 on-up="/log info message=up" rate-limit=20M/100M \
    remote-address=pppoe
/interface pppoe-server server
add authentication=pap,chap,mschap2 default-profile=plan-20 disabled=no interface=street-100 \
    keepalive-timeout=60 max-mru=1492 max-mtu=1492 one-session-per-host=yes service-name=isp
/ppp aaa
set interim-update=5m use-radius=yes enable-ipv6-accounting=no
/ppp secret
add comment="paid; until \"May\"" limit-bytes-in=0 limit-bytes-out=0 name=joe password=x \
    profile=plan-20 service=pppoe
add disabled=yes name=ann password="p w" profile=plan-20 remote-address=10.0.9.7 \
    routes="192.0.2.128/28 10.0.9.7 1" service=pppoe
add name=l2tp password=x service=l2tp
add name=any password=x
/queue simple
add max-limit=10M/10M name=office target=10.5.0.0/24
/radius
add address=192.0.2.10 secret=s service=ppp src-address=192.0.2.1 timeout=1s
/radius incoming
set accept=yes vrf=main
/snmp
set enabled=yes
/system clock
set time-zone-name=Europe/Riga
/system identity
set name=BRAS-1
/ip dns set servers=192.0.2.53
/tool bandwidth-server
set enabled=no
/user
add group=read inactivity-policy=none inactivity-timeout=10m name=noc password=a-long-password
/user aaa
set default-group=read use-radius=no
