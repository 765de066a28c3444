# SPDX-License-Identifier: GPL-2.0-or-later
# SPDX-FileCopyrightText: the vtop authors
# shellcheck shell=bash
# shellcheck disable=SC2154,SC2034 # shared by the three files
# env-images.bash: what the guests are made of: the program that works in them, a kernel with its
# drivers, an initramfs, an image for containers, boot sectors. Built or fetched once, kept in the
# cache. Part of env.bash.

env_image=vtop-test:1

# The work itself: one static program for machines, containers and the host.
env_make_load() {
    local load=$env_cache/vtop-load
    [ -x "$load" ] && cmp -s "$env_source/load.c" "$load.c" && return
    env_need "${CC:-cc}" gcc || return
    ${CC:-cc} -std=c17 -O2 -static -pthread "$env_source/load.c" -o "$load.new" ||
        env_skip 'load.c does not link: no static C library (Debian: libc6-dev)' || return
    rm -f "$env_cache/initrd" "$env_cache/image.tar"
    mv "$load.new" "$load" && cp "$env_source/load.c" "$load.c"
}

# env_modules DIR: copies the drivers a guest needs out of an unpacked kernel.
env_modules() {
    local name file
    rm -rf "$env_cache/modules"
    mkdir -p "$env_cache/modules"
    for name in virtio virtio_ring virtio_pci_legacy_dev virtio_pci_modern_dev virtio_pci \
        virtio_blk failover net_failover virtio_net virtio_balloon; do
        file=$(find "$1" -name "$name.ko*" -print -quit)
        case $file in
        '') ;; # built in
        *.xz) xz -dc "$file" ;;
        *.zst) zstd -qdc "$file" ;;
        *) cat "$file" ;;
        esac >"$env_cache/modules/$name.ko" || return
        [ -s "$env_cache/modules/$name.ko" ] || rm "$env_cache/modules/$name.ko"
    done
}

# A Linux kernel with its modules: the one that is installed, or else Debian's cloud kernel, which
# is fetched and unpacked here without installing it.
env_make_kernel() {
    local image version work package deb
    [ -s "$env_cache/vmlinuz" ] && return
    rm -f "$env_cache/initrd"
    for image in /boot/vmlinuz-*; do
        version=${image#/boot/vmlinuz-}
        if [ ! -r "$image" ] || [ ! -d "/lib/modules/$version/kernel" ]; then continue; fi
        env_modules "/lib/modules/$version" && cp "$image" "$env_cache/vmlinuz.new" &&
            mv "$env_cache/vmlinuz.new" "$env_cache/vmlinuz" && return
    done
    env_need apt-get apt dpkg-deb dpkg ||
        env_skip "no kernel for the guest: install one (with its modules) in /boot" || return
    work=$env_cache/kernel.new
    rm -rf "$work"
    mkdir -p "$work"
    package=$(env_kernel_package) || { apt-get -qq update && package=$(env_kernel_package); } ||
        env_skip "no kernel for the guest: no package linux-image-cloud-amd64 to fetch" || return
    (cd "$work" && apt-get -qq -o APT::Sandbox::User=root download "$package") ||
        env_skip "no kernel for the guest: $package could not be fetched" || return
    deb=$(echo "$work"/*.deb)
    dpkg-deb --fsys-tarfile "$deb" |
        tar -x -C "$work" --wildcards './boot/vmlinuz-*' '*/virtio*.ko*' '*failover.ko*' &&
        env_modules "$work" && mv "$work"/boot/vmlinuz-* "$env_cache/vmlinuz" ||
        env_fail "$package could not be unpacked" || return
    rm -rf "$work"
}

env_kernel_package() {
    apt-cache depends linux-image-cloud-amd64 2>/dev/null |
        awk '$1 == "Depends:" && $2 ~ /^linux-image-/ { print $2; found = 1; exit }
            END { exit !found }'
}

# The system of the guest web-1: `load` is its first and only process.
env_make_initrd() {
    local tree=$env_cache/initrd.tree
    env_make_load && env_make_kernel || return
    [ "$env_cache/initrd" -nt "$env_cache/vmlinuz" ] && return
    env_need busybox busybox-static || return
    rm -rf "$tree"
    mkdir -p "$tree"
    cp -r "$env_cache/modules" "$tree/modules"
    cp "$env_cache/vtop-load" "$tree/init"
    (cd "$tree" && find . | busybox cpio -o -H newc -R 0:0 2>/dev/null) |
        gzip -1 >"$env_cache/initrd.new"
    rm -rf "$tree"
    mv "$env_cache/initrd.new" "$env_cache/initrd"
}

# The root file system of the containers: `load`, and a busybox for whoever wants to look around.
env_make_image() {
    local tree=$env_cache/image.tree name
    env_make_load || return
    [ -s "$env_cache/image.tar" ] && return
    rm -rf "$tree"
    mkdir -p "$tree"/{bin,sbin,usr/bin,proc,sys,dev,etc,tmp,run,var}
    cp "$env_cache/vtop-load" "$tree/bin/vtop-load"
    if file=$(command -v busybox); then
        cp "$file" "$tree/bin/busybox"
        for name in sh ls cat ps top sleep; do ln -s busybox "$tree/bin/$name"; done
    fi
    tar -C "$tree" -cf "$env_cache/image.new" . && mv "$env_cache/image.new" "$env_cache/image.tar"
    rm -rf "$tree"
}

# Disks of guests that need no system: a boot sector that halts, and one that works one clock tick
# (55 ms) out of eight and halts for the rest.
env_make_sectors() {
    local name code
    for name in halt tick; do
        case $name in
        halt) code='\xfb\xf4\xeb\xfd' ;; # sti; 1: hlt; jmp 1b
        tick) # sti; ds = 0x40; 1: al = tick count; test al, 7; jz 1b; hlt; jmp 1b
            code='\xfb\xb8\x40\x00\x8e\xd8\xa0\x6c\x00\xa8\x07\x74\xf9\xf4\xeb\xf6' ;;
        esac
        { printf '%b' "$code" && head -c 510 /dev/zero; } | head -c 510 >"$env_run/$name.img"
        printf '\x55\xaa' >>"$env_run/$name.img"
        truncate -s 1M "$env_run/$name.img"
    done
}

