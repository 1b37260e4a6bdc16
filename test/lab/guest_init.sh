#!/bin/busybox sh
# SPDX-License-Identifier: BSD-3-Clause
# The guest's first program: modules, the host's root read-only with a writable layer in memory over
# it, then the agent. It ends with the machine.
/bin/busybox mkdir -p /proc /sys /dev /lower /layer /root
/bin/busybox mount -t proc proc /proc
/bin/busybox mount -t sysfs sysfs /sys
/bin/busybox mount -t devtmpfs dev /dev
/bin/busybox mkdir -p /dev/pts
/bin/busybox mount -t devpts pts /dev/pts
for module in /modules/*.ko; do
	/bin/busybox insmod "$module" || echo "guest: no $module"
done
/bin/busybox mount -t 9p -o trans=virtio,version=9p2000.L,cache=loose,ro,msize=262144 host /lower
/bin/busybox mount -t tmpfs layer /layer
/bin/busybox mkdir /layer/upper /layer/work
/bin/busybox mount -t overlay -o lowerdir=/lower,upperdir=/layer/upper,workdir=/layer/work overlay /root
/bin/busybox mount -t tmpfs run /root/run
/bin/busybox mount -t tmpfs tmp /root/tmp
/bin/busybox mkdir -p /root/run/lock
/bin/busybox cp /agent.py /root/run/agent.py
for dir in proc sys dev; do
	/bin/busybox mount --move /$dir /root/$dir
done
exec /bin/busybox switch_root /root /usr/bin/python3 -S /run/agent.py
